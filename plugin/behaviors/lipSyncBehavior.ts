import { Observable } from '@babylonjs/core/Misc/observable.pure.js';
import type { Nullable } from '@babylonjs/core/types.js';
import type { ArkitAmounts } from '../arkitNames.js';
import { binReader, mouthOfBins, type VoiceSource } from './audioMouth.js';
import type { FaceContribution } from './contribution.js';
import { FaceBehavior } from './faceBehavior.js';
import { frameTrack, type BlendshapeFrames } from './frameTrack.js';
import { mixAmounts } from './mixAmounts.js';
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

/** Speaks: timed visemes, frames of a recorded or generated face, or along with the loudness of a sound. */
export class LipSyncBehavior extends FaceBehavior {
  readonly name = 'LipSync';
  /** When what was played has come to its end; not when it was stopped. */
  readonly onEndObservable = new Observable<LipSyncBehavior>();
  strength: number;
  private _playing: Nullable<Playing> = null;
  private _listening: Nullable<Listening> = null;
  private _heard: ArkitAmounts = {};

  constructor({ strength = 1 }: LipSyncOptions = {}) {
    super();
    this.strength = strength;
  }

  /**
   * Speaks visemes, instead of what played before.
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

  /** Moves the mouth with a sound that plays: `sound.analyzer` of Babylon, or an AnalyserNode. Null: no longer. */
  attachAudio(source: Nullable<VoiceSource>, { sampleRate = 48000 }: AudioOptions = {}): void {
    this._listening = source && { read: binReader(source), sampleRate };
  }

  /** Is something playing? */
  get isSpeaking(): boolean {
    return this._playing !== null;
  }

  /** Stops what plays, at once. */
  stop(): void {
    this._playing = null;
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
    return {
      expression: mixAmounts([
        [this._spoken(seconds), this.strength],
        [this._hear(seconds), this.strength],
      ]),
    };
  }

  private _play(track: Track, { clock }: PlayOptions): void {
    this._playing = { track, clock, time: -1 };
  }

  private _spoken(seconds: number): ArkitAmounts {
    const playing = this._playing;
    if (!playing) return {};
    // The first frame shows the beginning, however long ago the frame before it was.
    playing.time = playing.time < 0 ? 0 : playing.time + seconds;
    const time = playing.clock ? playing.clock() : playing.time;
    if (time <= playing.track.length) return playing.track.at(Math.max(0, time));
    this._playing = null;
    this.onEndObservable.notifyObservers(this);
    return {};
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
