import { type Amounts, HeadError } from 'babylon-personalized-head/runtime';

/**
 * Reads `--smile +2 --age=-1`: options whose names only the base's directions know.
 * @param args what commander did not know
 * @throws HeadError for what is no name with a number
 */
export function amountsOf(args: readonly string[]): Amounts {
  const amounts: Record<string, number> = {};
  for (let i = 0; i < args.length; i++) {
    const [name, given] = args[i]!.split('=', 2) as [string, string?];
    const value = given ?? args[++i] ?? '';
    const amount = value.trim() === '' ? NaN : Number(value);
    if (!/^--[A-Za-z][\w.-]*$/.test(name) || !Number.isFinite(amount)) {
      throw new HeadError(
        'edit/amount',
        `edit: expected an option of this command, or a direction and its amount such as --smile +2, got "${args[i] ?? name}".`,
      );
    }
    amounts[name.slice(2)] = amount;
  }
  return amounts;
}
