import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on stderr; where that is no terminal, one line that says what began. */
export interface Progress {
  /** @param fraction 0..1 */
  report(fraction: number): void;
  stop(): void;
}

export function progressBar(label: string): Progress {
  if (!process.stderr.isTTY) {
    console.error(`${label} ...`);
    return { report: () => undefined, stop: () => undefined };
  }
  const bar = new SingleBar({ format: `${label} {bar} {percentage} %`, hideCursor: true }, Presets.shades_classic);
  bar.start(100, 0);
  return { report: (fraction) => bar.update(Math.round(fraction * 100)), stop: () => bar.stop() };
}
