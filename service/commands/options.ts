import { InvalidArgumentError, Option } from 'commander';

export const queueOption = (): Option =>
  new Option('--queue <url>', 'Redis or Valkey, redis:// or rediss://').default('redis://127.0.0.1:6379');

export const storeOption = (): Option =>
  new Option(
    '--store <place>',
    'where photos and heads lie: a folder, or s3://bucket/prefix?region=...&endpoint=...',
  ).default('people');

/** Reads a whole number within bounds. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };

/** Resolves with the first of the signals that ask a process to end; a second one ends it at once. */
export const askedToStop = (): Promise<void> =>
  new Promise((done) => {
    const stop = (): void => {
      for (const name of ['SIGTERM', 'SIGINT'] as const) {
        process.off(name, stop);
        process.once(name, () => process.exit(1));
      }
      done();
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
