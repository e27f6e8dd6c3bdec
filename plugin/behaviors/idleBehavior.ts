import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { numbersOf } from '../options.js';
import type { FaceContribution } from './contribution.js';
import { smoothstep } from './easing.js';
import { EventTimes } from './eventTimes.js';
import type { HeadPose } from './expressive.js';
import { FaceBehavior } from './faceBehavior.js';
import type { EyeTurn, Gaze } from './gaze.js';

export interface IdleOptions {
  /** The same seed moves the same way. Default 0. */
  readonly seed?: number;
  /** Scales the head's motion, 1: a person sitting still. Default 1. */
  readonly motion?: number;
  /** Scales the eyes' small jumps. Default 1. */
  readonly saccades?: number;
}

/** One slow swing of an angle: amplitude in radians, period in seconds. Periods have no common multiple worth noticing. */
interface Swing {
  readonly angle: keyof HeadPose;
  readonly amplitude: number;
  readonly period: number;
}
const swings: readonly Swing[] = [
  // Breath lifts the chin.
  { angle: 'pitch', amplitude: 0.008, period: 4.1 },
  { angle: 'pitch', amplitude: 0.01, period: 11.3 },
  { angle: 'yaw', amplitude: 0.018, period: 7.9 },
  { angle: 'yaw', amplitude: 0.012, period: 17.7 },
  { angle: 'roll', amplitude: 0.008, period: 9.7 },
];
/** Seconds in which the motion fades in, so that nothing jumps when it begins. */
const fadeIn = 1.5;
/** Largest jump of the eyes to either side, radians, and the seconds it takes. */
const jump: EyeTurn = { yaw: 0.05, pitch: 0.025 };
const jumpTime = 0.04;

/** The small motions of somebody who does nothing: breathing, swaying, and eyes that never rest on one spot. */
export class IdleBehavior extends FaceBehavior {
  readonly name = 'Idle';
  private readonly _options: Required<IdleOptions>;
  private readonly _phases: readonly number[];
  private _time = 0;
  private _jumps: EventTimes;

  /** @throws NumericError for what is no number, AssetError for an option that there is not */
  constructor(options: IdleOptions = {}) {
    super();
    this._options = numbersOf('IdleBehavior', { seed: 0, motion: 1, saccades: 1 }, options);
    const key = hashKey(`idle ${this._options.seed}`);
    this._phases = swings.map((_, i) => 2 * Math.PI * hashUniform(key, i));
    this._jumps = this._start();
  }

  restart(): void {
    this._time = 0;
    this._jumps = this._start();
  }

  advance(seconds: number): FaceContribution {
    this._time += seconds;
    return { pose: this._sway(), gaze: this._glance() };
  }

  private _sway(): HeadPose {
    const pose: HeadPose = { yaw: 0, pitch: 0, roll: 0 };
    const strength = this._options.motion * smoothstep(this._time / fadeIn);
    swings.forEach(({ angle, amplitude, period }, i) => {
      pose[angle] += strength * amplitude * Math.sin((2 * Math.PI * this._time) / period + this._phases[i]!);
    });
    return pose;
  }

  private _glance(): Gaze {
    const since = this._jumps.since(this._time);
    const { index } = this._jumps;
    const share = smoothstep(since / jumpTime);
    const [from, to] = [this._spot(index - 1), this._spot(index)];
    const turn: EyeTurn = {
      yaw: from.yaw + (to.yaw - from.yaw) * share,
      pitch: from.pitch + (to.pitch - from.pitch) * share,
    };
    return { left: turn, right: turn };
  }

  private _spot(event: number): EyeTurn {
    if (event < 0) return { yaw: 0, pitch: 0 };
    const side = (channel: number): number => (2 * this._jumps.random(event, channel) - 1) * this._options.saccades;
    return { yaw: jump.yaw * side(1), pitch: jump.pitch * side(2) };
  }

  private _start(): EventTimes {
    return new EventTimes('saccades', this._options.seed, 0.4, 2.4);
  }
}
