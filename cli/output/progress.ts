import { Presets, SingleBar } from 'cli-progress';

/** Between two lines where there is no terminal. */
const quietSeconds = 10;

/** A progress bar on stderr; where that is no terminal, a line that says what began, and how far it is every ten seconds. */
export interface Progress {
  /** @param fraction 0..1 */
  report(fraction: number): void;
  stop(): void;
}

export function progressBar(label: string): Progress {
  if (!process.stderr.isTTY) {
    console.error(`${label} ...`);
    let last = performance.now();
    return {
      report(fraction) {
        if (performance.now() - last <= quietSeconds * 1000) return;
        console.error(`${label} ${Math.round(fraction * 100)} %`);
        last = performance.now();
      },
      stop: () => undefined,
    };
  }
  const bar = new SingleBar({ format: `${label} {bar} {percentage} %`, hideCursor: true }, Presets.shades_classic);
  bar.start(100, 0);
  return { report: (fraction) => bar.update(Math.round(fraction * 100)), stop: () => bar.stop() };
}

/** A line on stderr that is written over; where that is no terminal, a new one every ten seconds. */
export interface StepLine {
  report(text: string): void;
  stop(): void;
}

export function stepLine(): StepLine {
  let last = 0;
  let open = false;
  return {
    report(text) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r\x1b[K${text}`);
        open = true;
      } else if (performance.now() - last > quietSeconds * 1000) {
        console.error(text);
        last = performance.now();
      }
    },
    stop() {
      if (open) process.stderr.write('\n');
      open = false;
    },
  };
}
