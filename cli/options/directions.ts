import { type Amounts, AssetError } from 'babylon-personalized-head/runtime';

/** Reads `smile=0.8,jawOpen=0.3`. */
export function parseAmounts(text: string): Amounts {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name, value] = part.split('=').map((side) => side.trim()) as [string, string?];
      const amount = value === undefined || value === '' ? NaN : Number(value);
      if (name === '' || !Number.isFinite(amount)) {
        throw new AssetError('directions/amount', `--directions: expected name=amount, got "${part}".`);
      }
      return [name, amount];
    }),
  );
}
