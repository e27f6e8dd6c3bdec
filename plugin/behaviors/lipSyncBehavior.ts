import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { Observable } from '@babylonjs/core/Misc/observable.pure.js';
import type { Nullable } from '@babylonjs/core/types.js';
import type { ArkitAmounts } from '../arkitNames.js';
import { binReader, mouthOfBins, type VoiceSource } from './audioMouth.js';
import type { FaceContribution } from './contribution.js';
import { FaceBehavior } from './faceBehavior.js';
import { frameTrack, type BlendshapeFrames } from './frameTrack.js';
import { numbersOf, optionsOf } from '../options.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import { mixAmounts } from '../vocabulary/mixAmounts.js';
import type { Track } from './track.js';
import { visemeTrack, type VisemeTimeline } from './visemeTrack.js';

export interface LipSyncOptions {
  /** Scales all it does. Default 1. */
  readonly strength?: number;
}

export interface PlayOptions {
  /**
   * Seconds since the sound began, for speech that must keep to it: `() => sound.currentTime`. Default: the scene's
   * own time from the next frame on.
   */
  readonly clock?: () => number;
  /**
   * `now` (default): instead of what plays and waits. `append`: after it, as the next sentence; its clock is asked from then
   * on. `interrupt`: instead of what plays, and what waits is kept for afterwards.
   */
  readonly queue?: 'now' | 'append' | 'interrupt';
}

export interface AudioOptions {
  /** Of the audio context, Hz. Default 48000. */
  readonly sampleRate?: number;
}

interface Playing {
  readonly track: Track;
  readonly clock: (() => number) | undefined;
  /** Seconds by the scene's clock; -1 before its first frame. */
  time: number;
}

interface Listening {
  readonly read: () => Uint8Array;
  readonly sampleRate: number;
}

/** Seconds in which a mouth that listens goes about two thirds of its way. */
const mouthTime = 0.04;

const scaled = <T extends object>(angles: T, strength: number): T =>
  Object.fromEntries(Object.entries(angles).map(([name, angle]) => [name, strength * (angle as number)])) as T;

/** Speaks: timed visemes, frames of a recorded or generated face, or along with the loudness of a sound. */
export class LipSyncBehavior extends FaceBehavior {
  readonly name = 'LipSync';
  /** Whenever what was played has come to its end, each sentence for itself; not when it was stopped. */
  readonly onEndObservable = new Observable<LipSyncBehavior>();
  strength: number;
  private _playing: Nullable<Playing> = null;
  private _waiting: Playing[] = [];
  private _listening: Nullable<Listening> = null;
  private _heard: ArkitAmounts = {};

  /** @throws NumericError for a strength that is no number, AssetError for an option that there is not */
  constructor(options: LipSyncOptions = {}) {
    super();
    const { strength } = numbersOf('LipSyncBehavior', { strength: 1 }, options);
    this.strength = strength;
  }

  /**
   * Speaks visemes, instead of what played before, or after it (`queue: 'append'`).
   * @throws ShapeError, NumericError, AssetError where the timeline is none; what played goes on
   */
  speakVisemes(timeline: VisemeTimeline, options: PlayOptions = {}): void {
    this._play(visemeTrack(timeline), options);
  }

  /**
   * Plays the frames of a face, instead of what played before.
   * @throws ShapeError, NumericError where these are no frames; what played goes on
   */
  playBlendshapeFrames(frames: BlendshapeFrames, options: PlayOptions = {}): void {
    this._play(frameTrack(frames), options);
  }

  /**
   * Moves the mouth with a sound that plays: `sound.analyzer` of Babylon, or an AnalyserNode. Null: no longer.
   * @throws ShapeError `lipSync/audio` for what is neither, NumericError for a sample rate that is none
   */
  attachAudio(source: Nullable<VoiceSource>, options: AudioOptions = {}): void {
    const { sampleRate = 48000 } = optionsOf('attachAudio', options, ['sampleRate']);
    if (source !== null && typeof (source as Partial<VoiceSource> | undefined)?.getByteFrequencyData !== 'function') {
      throw new ShapeError(
        'lipSync/audio',
        `attachAudio: expected a sound's analyzer or an AnalyserNode, got ${kindOf(source)}. Pass null to stop listening.`,
      );
    }
    if (!(sampleRate >= 1000 && sampleRate <= 1e6)) {
      throw new NumericError('lipSync/audio', `attachAudio: expected a sample rate in Hz, got ${kindOf(sampleRate)}.`);
    }
    this._listening = source && { read: binReader(source), sampleRate };
  }

  /** Is something playing? */
  get isSpeaking(): boolean {
    return this._playing !== null;
  }

  /** How many sentences wait for the one that plays. */
  get waiting(): number {
    return this._waiting.length;
  }

  /** Stops what plays, at once, and forgets what waits. */
  stop(): void {
    this._playing = null;
    this._waiting = [];
  }

  restart(): void {
    if (this._playing) this._playing.time = -1;
    this._heard = {};
  }

  override detach(): void {
    super.detach();
    this.stop();
  }

  advance(seconds: number): FaceContribution {
    const spoken = this._spoken(seconds);
    const { pose, gaze } = spoken?.track.turnAt?.(spoken.time) ?? {};
    return {
      expression: mixAmounts([
        [spoken?.track.at(spoken.time) ?? {}, this.strength],
        [this._hear(seconds), this.strength],
      ]),
      ...(pose ? { pose: scaled(pose, this.strength) } : {}),
      ...(gaze ? { gaze: { left: scaled(gaze.left, this.strength), right: scaled(gaze.right, this.strength) } } : {}),
    };
  }

  private _play(track: Track, options: PlayOptions): void {
    const { clock, queue = 'now' } = optionsOf('speak', options, ['clock', 'queue']);
    if (clock !== undefined && typeof clock !== 'function') {
      throw new ShapeError('lipSync/clock', `speak: expected a clock as a function of seconds, got ${kindOf(clock)}.`);
    }
    if (!['now', 'append', 'interrupt'].includes(queue)) {
      throw new ShapeError(
        'lipSync/queue',
        `speak: expected queue now, append or interrupt, got ${kindOf(queue)}. Nothing was changed.`,
      );
    }
    const next = { track, clock, time: -1 };
    if (queue === 'append' && this._playing) {
      this._waiting.push(next);
      return;
    }
    if (queue === 'now') this._waiting = [];
    this._playing = next;
  }

  /** What is being said, and where in it; ends what is over and goes on with what waits. */
  private _spoken(seconds: number): Nullable<{ track: Track; time: number }> {
    let step = seconds;
    for (let playing = this._playing; playing; playing = this._playing) {
      // The first frame shows the beginning, however long ago the frame before it was.
      playing.time = playing.time < 0 ? 0 : playing.time + step;
      const time = playing.clock ? playing.clock() : playing.time;
      if (!(time > playing.track.length)) return { track: playing.track, time: time > 0 ? time : 0 };
      this._playing = this._waiting.shift() ?? null;
      // The next sentence loses nothing of the frame's time.
      if (this._playing) this._playing.time = 0;
      step = Math.min(step, playing.clock ? 0 : time - playing.track.length);
      this.onEndObservable.notifyObservers(this);
    }
    return null;
  }

  private _hear(seconds: number): ArkitAmounts {
    const listening = this._listening;
    const target = listening ? mouthOfBins(listening.read(), listening.sampleRate) : {};
    const share = 1 - Math.exp(-seconds / mouthTime);
    this._heard = mixAmounts([
      [this._heard, 1 - share],
      [target, share],
    ]);
    return this._heard;
  }
}
