export interface OneEuroOptions {
  /** Cut-off for a value that stands still, hertz: lower trembles less. */
  readonly leastCutoff?: number;
  /** How much the cut-off grows with the speed, hertz for a unit a second: higher lags less. */
  readonly speedGain?: number;
}

/** Cut-off of the speed itself, hertz. */
const speedCutoff = 1;

/** Share of a new value for a cut-off and a step of time. */
const shareOf = (cutoff: number, seconds: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * seconds));

/**
 * Smooths numbers of which each may move fast or tremble: slow ones strongly, fast ones little.
 * Source: Casiez, Roussel and Vogel, 1 € Filter (CHI 2012).
 */
export class OneEuro {
  private readonly _leastCutoff: number;
  private readonly _speedGain: number;
  private _values: Float64Array | null = null;
  private _speeds = new Float64Array(0);
  private _time = 0;

  constructor({ leastCutoff = 1.5, speedGain = 4 }: OneEuroOptions = {}) {
    this._leastCutoff = leastCutoff;
    this._speedGain = speedGain;
  }

  /**
   * @param values as many at each call
   * @param time seconds; where it does not grow, the values are taken as they are
   */
  next(values: ArrayLike<number>, time: number): Float64Array {
    const before = this._values;
    const seconds = time - this._time;
    this._time = time;
    if (before?.length !== values.length || !(seconds > 0)) {
      this._speeds = new Float64Array(values.length);
      return (this._values = Float64Array.from(values)).slice();
    }
    const speedShare = shareOf(speedCutoff, seconds);
    for (let i = 0; i < before.length; i++) {
      const speed = (values[i]! - before[i]!) / seconds;
      this._speeds[i]! += speedShare * (speed - this._speeds[i]!);
      const cutoff = this._leastCutoff + this._speedGain * Math.abs(this._speeds[i]!);
      before[i]! += shareOf(cutoff, seconds) * (values[i]! - before[i]!);
    }
    return before.slice();
  }

  /** The next values are taken as they are. */
  reset(): void {
    this._values = null;
  }
}
