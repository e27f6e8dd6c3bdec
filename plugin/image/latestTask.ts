/**
 * Runs an asynchronous task for the newest of the values it is given: one at a time, and while one runs only the
 * newest that waits is kept.
 */
export class LatestTask<T> {
  private _waiting: { readonly value: T } | null = null;
  private _running: Promise<void> | null = null;

  /** @param _turn what a task waits for before it begins; newer values may come meanwhile */
  constructor(
    private readonly _task: (value: T) => Promise<void>,
    private readonly _turn: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Settles when nothing newer waits; rejects where the last task did. */
  run(value: T): Promise<void> {
    this._waiting = { value };
    this._running ??= this._drain();
    return this._running;
  }

  get busy(): boolean {
    return this._running !== null;
  }

  /** Settles with what runs now; at once where nothing does. */
  settled(): Promise<void> {
    return this._running ?? Promise.resolve();
  }

  private async _drain(): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    while (this._waiting) {
      // At once, so that this frame may give the turn. Values given meanwhile count as one.
      await this._turn();
      const { value } = this._waiting;
      this._waiting = null;
      try {
        await this._task(value);
        failure = null;
      } catch (error) {
        failure = { error };
      }
    }
    this._running = null;
    if (failure) throw failure.error;
  }
}

/** Settles in a task of its own, so that the page does what else waits; hidden pages, too, whose timers rest. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
