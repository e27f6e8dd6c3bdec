/** How soon a picture is wanted: what follows the hand first, what fills up last. */
export type Urgency = 'now' | 'later';

interface Job {
  readonly run: () => Promise<void>;
  readonly lane: string | null;
}

/** One thing at a time, as there is one network; of a lane only the newest request is kept. */
export class RenderQueue {
  private readonly _jobs: Record<Urgency, Job[]> = { now: [], later: [] };
  private _busy = false;

  /** @param onBusy told when there is something to do, and when nothing is left */
  constructor(
    private readonly _onError: (error: unknown) => void,
    private readonly _onBusy: (busy: boolean) => void,
  ) {}

  /** @param lane requests of the same lane replace one another while they wait */
  add(urgency: Urgency, lane: string | null, run: () => Promise<void>): void {
    const jobs = this._jobs[urgency];
    const waiting = lane === null ? -1 : jobs.findIndex((job) => job.lane === lane);
    if (waiting >= 0) jobs[waiting] = { run, lane };
    else jobs.push({ run, lane });
    void this._work();
  }

  /** Forgets what has not begun. */
  clear(): void {
    this._jobs.now.length = 0;
    this._jobs.later.length = 0;
  }

  private async _work(): Promise<void> {
    if (this._busy) return;
    this._busy = true;
    this._onBusy(true);
    for (;;) {
      const job = this._jobs.now.shift() ?? this._jobs.later.shift();
      if (!job) break;
      try {
        await job.run();
      } catch (error) {
        this._onError(error);
      }
      // The page is drawn between two pictures.
      await new Promise((next) => setTimeout(next));
    }
    this._busy = false;
    this._onBusy(false);
  }
}
