/** Who waits for a run of the network. */
export interface TurnTaker {
  /** Pixels on the largest screen; 0: not in view. */
  readonly size: number;
}

interface Wait {
  readonly since: number;
  readonly go: () => void;
}

/** A display's frames come a little before or after their time. Milliseconds. */
const tolerance = 4;
/** So much of the coming time may be spent in one frame. Milliseconds. */
const ahead = 16;
/** The longest that one slow run holds up the next. Milliseconds. */
const longestDebt = 500;
/** How much of a run that took longer goes into the estimate; a shorter one is believed at once. */
const weight = 0.25;

/**
 * Shares out the runs of the network among a scene's heads: for one head so many a second at most, for all of them
 * together a share of the time, the largest on screen first. Who waits grows in weight, so that everybody gets a turn.
 */
export class NetworkTurns {
  /** Runs a second for one head, at most. */
  rate = 30;
  /** Share of the time that the runs of all heads may take, 0 .. 1. */
  share = 0.5;
  private readonly _waits = new Map<TurnTaker, Wait>();
  private readonly _due = new WeakMap<TurnTaker, number>();
  private _estimate: number | null = null;
  /** When what was begun is paid for. */
  private _paidAt = -Infinity;

  /** @param now milliseconds */
  constructor(readonly now: () => number) {}

  /** Milliseconds between two runs for one head, where no other waits. */
  get interval(): number {
    return Math.max(this._period, this._cost);
  }

  /** Settles when a run may begin: in a frame, or where the taker is hurried. */
  take(taker: TurnTaker): Promise<void> {
    return new Promise((go) => this._waits.set(taker, { since: this.now(), go }));
  }

  /** Lets a taker go at once, whatever it costs; does nothing where it does not wait. */
  hurry(taker: TurnTaker): void {
    const wait = this._waits.get(taker);
    if (wait) this._begin(taker, wait, this.now());
  }

  /** Lets a taker go that does not want a run any more. */
  leave(taker: TurnTaker): void {
    const wait = this._waits.get(taker);
    this._waits.delete(taker);
    wait?.go();
  }

  /** Gives the turns of a frame. */
  give(): void {
    const now = this.now();
    const weightOf = (taker: TurnTaker, { since }: Wait): number => Math.max(1, taker.size) * (now - since + 1);
    const order = [...this._waits]
      .filter(([taker]) => now >= (this._due.get(taker) ?? -Infinity) - tolerance)
      .sort((a, b) => weightOf(...b) - weightOf(...a));
    for (const [taker, wait] of order) {
      if (this._paidAt > now + ahead) break;
      this._begin(taker, wait, now);
      // Nothing is known of the cost yet: one a frame.
      if (this._estimate === null) break;
    }
  }

  /**
   * @param milliseconds that a run took
   * @param beside it held nobody up, so that the next one may follow at once
   */
  measured(milliseconds: number, beside = false): void {
    const cost = beside ? milliseconds * this.share : milliseconds;
    const known = this._estimate ?? cost;
    this._estimate = known + (cost > known ? weight : 1) * (cost - known);
  }

  private get _period(): number {
    return 1000 / this.rate;
  }

  /** Milliseconds that a run holds up the next. */
  private get _cost(): number {
    return Math.min((this._estimate ?? 0) / this.share, longestDebt);
  }

  private _begin(taker: TurnTaker, { go }: Wait, now: number): void {
    this._waits.delete(taker);
    // Counted from when it was due, so that a display's rhythm does not slow the runs.
    this._due.set(taker, Math.max(this._due.get(taker) ?? -Infinity, now - tolerance) + this._period);
    this._paidAt = Math.min(Math.max(this._paidAt, now) + this._cost, now + longestDebt);
    go();
  }
}
