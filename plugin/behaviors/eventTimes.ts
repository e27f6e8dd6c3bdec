import { NumericError } from '../../runtime/core/errors.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';

/**
 * Seeded moments that something happens at, and random numbers of each: the same at any frame rate, because each moment
 * is drawn from the one before and not from the frames.
 */
export class EventTimes {
  private readonly _key: number;
  private _index = -1;
  private _start = 0;
  private _end: number;

  /**
   * @param stream names what it is for, so that two behaviours of one seed differ
   * @param shortest seconds between two events at least
   * @param longest and at most
   * @throws NumericError where these are no times
   */
  constructor(
    stream: string,
    seed: number,
    private readonly _shortest: number,
    private readonly _longest: number,
  ) {
    if (!(_shortest > 0 && _longest >= _shortest && Number.isFinite(_longest))) {
      throw new NumericError(
        'behavior/times',
        `${stream}: expected 0 < shortest <= longest seconds, got ${_shortest} and ${_longest}.`,
      );
    }
    this._key = hashKey(`${stream} ${seed}`);
    this._end = this._gap(0);
  }

  /** Seconds since the last event before `time`; before the first: since the beginning. `time` must not go back. */
  since(time: number): number {
    while (time >= this._end) {
      this._index++;
      this._start = this._end;
      this._end += this._gap(this._index + 1);
    }
    return time - this._start;
  }

  /** Which event was the last; -1 before the first. */
  get index(): number {
    return this._index;
  }

  /** A random number of an event, uniform in (0, 1), one for each `channel` of 1..7. */
  random(event: number, channel: number): number {
    return hashUniform(this._key, event * 8 + channel);
  }

  private _gap(event: number): number {
    return this._shortest + (this._longest - this._shortest) * hashUniform(this._key, event * 8);
  }
}
