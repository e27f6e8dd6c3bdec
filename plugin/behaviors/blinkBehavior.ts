import { numbersOf } from '../options.js';
import type { FaceContribution } from './contribution.js';
import { smoothstep } from './easing.js';
import { EventTimes } from './eventTimes.js';
import { FaceBehavior } from './faceBehavior.js';

export interface BlinkOptions {
  /** The same seed blinks at the same times. Default 0. */
  readonly seed?: number;
  /** Seconds between two blinks, at least and at most. Defaults 2 and 6. */
  readonly shortest?: number;
  readonly longest?: number;
  /** Share of blinks that come twice. Default 0.15. */
  readonly double?: number;
}

/** Seconds that lids take to fall, stay and rise: quick down, slow up. */
const closing = 0.07;
const closed = 0.03;
const opening = 0.14;
const whole = closing + closed + opening;
/** A second blink follows the first after so many seconds. */
const between = 0.1;

/** How far lids are closed, 0..1, some seconds into a blink. */
function closure(seconds: number): number {
  if (seconds < 0 || seconds >= whole) return 0;
  return smoothstep(seconds / closing) - smoothstep((seconds - closing - closed) / opening);
}

/** Closes both eyes for a moment, every few seconds. */
export class BlinkBehavior extends FaceBehavior {
  readonly name = 'Blink';
  private readonly _options: Required<BlinkOptions>;
  private _time = 0;
  private _asked = -Infinity;
  private _events: EventTimes;

  /** @throws NumericError for what is no number or no time, AssetError for an option that there is not */
  constructor(options: BlinkOptions = {}) {
    super();
    this._options = numbersOf('BlinkBehavior', { seed: 0, shortest: 2, longest: 6, double: 0.15 }, options);
    this._events = this._start();
  }

  /** Blinks now, besides its own times. */
  blink(): void {
    this._asked = this._time;
  }

  restart(): void {
    this._time = 0;
    this._asked = -Infinity;
    this._events = this._start();
  }

  advance(seconds: number): FaceContribution {
    this._time += seconds;
    const since = this._events.since(this._time);
    const { index } = this._events;
    const amounts = [closure(this._time - this._asked)];
    if (index >= 0) {
      amounts.push(closure(since));
      if (this._events.random(index, 1) < this._options.double) amounts.push(closure(since - whole - between));
    }
    const amount = Math.max(...amounts);
    return { expression: { eyeBlinkLeft: amount, eyeBlinkRight: amount } };
  }

  private _start(): EventTimes {
    const { seed, shortest, longest } = this._options;
    return new EventTimes('blink', seed, shortest, longest);
  }
}
