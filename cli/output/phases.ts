/** How long one part of a command took. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** Of all threads: above `seconds` where several worked, far below it where the machine had other work. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process until the phase's end, bytes. */
  readonly peakBytes: number;
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Measures the parts of a command, one after the other. */
export class PhaseClock {
  private readonly _done: Phase[] = [];
  private _current: string | null = null;
  private _since = 0;
  private _cpuSince = 0;

  /** Ends the part before and begins another, unless it is the same. */
  enter(name: string): void {
    if (name === this._current) return;
    this._end();
    this._current = name;
    [this._since, this._cpuSince] = [performance.now(), cpuSeconds()];
  }

  /** Ends the last part. */
  stop(): readonly Phase[] {
    this._end();
    return this._done;
  }

  private _end(): void {
    if (this._current === null) return;
    this._done.push({
      name: this._current,
      seconds: (performance.now() - this._since) / 1000,
      cpuSeconds: cpuSeconds() - this._cpuSince,
      // Linux and macOS count in kibibytes here, Node evens it out.
      peakBytes: process.resourceUsage().maxRSS * 1024,
    });
    this._current = null;
  }
}

/** Phases as lines of text, with their sum. */
export function phaseLines(phases: readonly Phase[]): string[] {
  const total = phases.reduce((sum, phase) => ({
    name: 'together',
    seconds: sum.seconds + phase.seconds,
    cpuSeconds: sum.cpuSeconds + phase.cpuSeconds,
    peakBytes: Math.max(sum.peakBytes, phase.peakBytes),
  }));
  const width = Math.max(...phases.map(({ name }) => name.length), total.name.length);
  return [...phases, total].map(
    ({ name, seconds, cpuSeconds: cpu, peakBytes }) =>
      `${name.padEnd(width)} ${seconds.toFixed(1).padStart(8)} s ${cpu.toFixed(1).padStart(8)} s CPU, ` +
      `memory to ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
  );
}
