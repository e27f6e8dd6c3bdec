import { InvalidArgumentError, Option } from 'commander';

/** Largest side of a picture that is rendered or learned from, pixels: its numbers fit into memory. */
export const largestSide = 8192;

/** Parser of a whole number of at least `least` and at most `most`, for commander. */
export function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`Expected a whole number ${range}.`);
    }
    return value;
  };
}

/** Parser of a finite number, for commander. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** Parser of a number above 0, for commander. */
export function positiveNumber(text: string): number {
  const value = finiteNumber(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** `--threads`; 0 where it is not given. */
export const threadsOption = (): Option =>
  new Option('--threads <number>', 'threads of the CPU’s networks')
    .argParser(wholeNumber(1))
    .default(0, 'one per core');
