/** Keeps the newest of values that come often, at most so often. */
export class Regularly<T> {
  private readonly _every: number;
  private _last = performance.now();
  private _waiting: T | null = null;

  /** @param seconds between two; the first is kept so long after the beginning */
  constructor(
    seconds: number,
    private readonly _keep: (value: T) => Promise<void>,
  ) {
    this._every = seconds * 1000;
  }

  async offer(value: T): Promise<void> {
    this._waiting = value;
    if (performance.now() - this._last >= this._every) await this.flush();
  }

  /** Keeps what came since. */
  async flush(): Promise<void> {
    const value = this._waiting;
    if (value === null) return;
    this._waiting = null;
    await this._keep(value);
    this._last = performance.now();
  }
}
