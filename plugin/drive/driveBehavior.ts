import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { ARKIT_NAMES, type ArkitAmounts, type ArkitName } from '../arkitNames.js';
import type { FaceContribution } from '../behaviors/contribution.js';
import { emotionAmounts, EMOTIONS, type Emotion } from '../vocabulary/emotions.js';
import { approach, within } from '../behaviors/easing.js';
import type { HeadPose } from '../behaviors/expressive.js';
import { FaceBehavior } from '../behaviors/faceBehavior.js';
import { fullEyePitch, fullEyeYaw, turnBetween, type EyeTurn } from '../behaviors/gaze.js';
import { LipSyncBehavior } from '../behaviors/lipSyncBehavior.js';
import { LookAtBehavior } from '../behaviors/lookAtBehavior.js';
import { placeProblem, type LookAtTarget } from '../behaviors/lookAtTarget.js';
import { mixAmounts } from '../vocabulary/mixAmounts.js';
import type { VisemeTimeline } from '../behaviors/visemeTrack.js';
import { visemeAmounts, VISEMES, type Viseme } from '../vocabulary/visemes.js';
import { AssetError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { neutralFace, type FaceState } from './faceState.js';
import { expectGiven } from '../../runtime/core/given.js';

/** What a game, a companion or a network peer says of a face. What is absent stays as it is, null is none. */
export interface Driven {
  /** Amounts by ARKit name, all of them: those that are absent are 0. */
  readonly expression?: ArkitAmounts | null;
  /** Where the eyes are turned, radians; or something to look at with eyes and head. */
  readonly gaze?: EyeTurn | LookAtTarget | null;
  /** Weights of visemes now, or timed ones to speak from the next frame on. */
  readonly speech?: Readonly<Partial<Record<Viseme, number>>> | VisemeTimeline | null;
  /** One emotion, or several by weight. */
  readonly emotion?: Emotion | Readonly<Partial<Record<Emotion, number>>> | null;
  /** Radians. */
  readonly pose?: Readonly<Partial<HeadPose>> | null;
}

/** Seconds in which something goes about two thirds of its way. */
export interface DriveTimes {
  /** Default 0.06. */
  readonly expression?: number;
  /** Default 0.04. */
  readonly gaze?: number;
  /** Of weights; timed visemes keep their own time. Default 0.04. */
  readonly speech?: number;
  /** Default 0.15. */
  readonly pose?: number;
  /** Multiplies how fast emotions come and go, see `emotionTimes`. Default 1. */
  readonly emotion?: number;
}

/** How fast an emotion comes and goes, seconds: one is surprised at once, and sad for long. */
export const emotionTimes: Readonly<Record<Emotion, readonly [come: number, go: number]>> = {
  happy: [0.35, 0.8],
  sad: [0.9, 1.5],
  angry: [0.4, 1],
  surprised: [0.12, 0.5],
  relaxed: [1, 1.2],
};

const towards = (from: number, to: number, part: number): number => from + part * (to - from);

const isTurn = (gaze: EyeTurn | LookAtTarget): gaze is EyeTurn =>
  typeof gaze === 'object' && 'yaw' in gaze && 'pitch' in gaze;
const isTimeline = (speech: NonNullable<Driven['speech']>): speech is VisemeTimeline => 'visemes' in speech;

function requireNumbers(what: string, values: object, names: readonly string[]): void {
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    if (!names.includes(name)) {
      throw new AssetError('drive/name', `Drive: ${what}: "${name.slice(0, 40)}" is none of ${names.join(', ')}.`);
    }
    if (value !== undefined && !Number.isFinite(value)) {
      throw new NumericError(
        'drive/number',
        `Drive: ${what}.${name}: expected a number, got ${typeof value === 'number' ? value : typeof value}.`,
      );
    }
  }
}

/**
 * A face that a program drives: keeps what was said last, goes there smoothly, and adds it to clips, to the skeleton and to
 * other behaviours. Usually made by `Drive`.
 */
export class DriveBehavior extends FaceBehavior {
  readonly name = 'Drive';
  private readonly _times: Required<DriveTimes>;
  private readonly _look = new LookAtBehavior();
  private readonly _lips = new LipSyncBehavior();
  private _wanted: FaceState = neutralFace;
  private _weights: Readonly<Partial<Record<Viseme, number>>> = {};
  private _emotions: Readonly<Partial<Record<Emotion, number>>> = {};
  private _shown: FaceState = neutralFace;
  private _mouth: ArkitAmounts = {};
  private _spoken: ArkitAmounts = {};
  private _moods: Partial<Record<Emotion, number>> = {};

  constructor(times: DriveTimes = {}) {
    super();
    expectGiven('DriveBehavior', 'options', times);
    this._times = { expression: 0.06, gaze: 0.04, speech: 0.04, pose: 0.15, emotion: 1, ...times };
  }

  /**
   * Says what the face is to be.
   * @throws AssetError, NumericError, ShapeError where a name is none, a value no number or a timeline no timeline; nothing changes
   */
  drive(driven: Driven): void {
    expectGiven('Drive', 'options', driven);
    const { expression, gaze, speech, emotion, pose } = driven;
    const emotions = typeof emotion === 'string' ? { [emotion]: 1 } : (emotion ?? {});
    requireNumbers('expression', expression ?? {}, ARKIT_NAMES);
    requireNumbers('emotion', emotions, EMOTIONS);
    requireNumbers('pose', pose ?? {}, ['yaw', 'pitch', 'roll']);
    const turn = gaze && isTurn(gaze) ? gaze : null;
    const target = gaze && !isTurn(gaze) ? gaze : null;
    const problem = target && placeProblem(target);
    if (problem) throw new ShapeError('drive/gaze', `Drive: gaze: ${problem}`);
    if (turn) requireNumbers('gaze', { yaw: turn.yaw, pitch: turn.pitch }, ['yaw', 'pitch']);
    if (speech && !isTimeline(speech)) requireNumbers('speech', speech, VISEMES);
    if (speech && isTimeline(speech)) this._lips.speakVisemes(speech);
    else if (speech !== undefined) this._lips.stop();
    if (speech !== undefined) this._weights = speech && !isTimeline(speech) ? { ...speech } : {};
    if (emotion !== undefined) this._emotions = { ...emotions };
    if (gaze !== undefined) this._lookAt(target);
    this._wanted = {
      expression: expression === undefined ? this._wanted.expression : { ...expression },
      pose:
        pose === undefined
          ? this._wanted.pose
          : { yaw: pose?.yaw ?? 0, pitch: pose?.pitch ?? 0, roll: pose?.roll ?? 0 },
      gaze: gaze === undefined ? this._wanted.gaze : { yaw: turn?.yaw ?? 0, pitch: turn?.pitch ?? 0 },
    };
  }

  /** What is driven now, with emotions and speech, without clips and other behaviours: what to send to others. */
  get face(): FaceState {
    const moods = EMOTIONS.map((emotion) => [emotionAmounts[emotion], this._moods[emotion] ?? 0] as const);
    const expression = mixAmounts([[this._shown.expression, 1], [this._mouth, 1], [this._spoken, 1], ...moods]);
    return { ...this._shown, expression };
  }

  /** Is a timeline being spoken? */
  get isSpeaking(): boolean {
    return this._lips.isSpeaking;
  }

  restart(): void {
    this._shown = neutralFace;
    this._mouth = this._spoken = {};
    this._moods = {};
    this._lips.restart();
  }

  override attach(target: Mesh): void {
    super.attach(target);
    if (this._look.target) this._look.attach(target);
  }

  override detach(): void {
    super.detach();
    this._look.detach();
  }

  advance(seconds: number): FaceContribution {
    const { _times: times, _wanted: wanted, _shown: shown } = this;
    const part = approach(seconds, times.expression);
    const pose = approach(seconds, times.pose);
    this._shown = {
      expression: mixed(shown.expression, wanted.expression, part),
      pose: {
        yaw: towards(shown.pose.yaw, wanted.pose.yaw, pose),
        pitch: towards(shown.pose.pitch, wanted.pose.pitch, pose),
        roll: towards(shown.pose.roll, wanted.pose.roll, pose),
      },
      gaze: turnBetween(shown.gaze, wanted.gaze, approach(seconds, times.gaze)),
    };
    const weights = VISEMES.map((viseme) => [visemeAmounts[viseme], this._weights[viseme] ?? 0] as const);
    this._mouth = mixed(this._mouth, mixAmounts(weights), approach(seconds, times.speech));
    this._spoken = this._lips.advance(seconds).expression ?? {};
    for (const emotion of EMOTIONS) {
      const [from, to] = [this._moods[emotion] ?? 0, this._emotions[emotion] ?? 0];
      const [come, go] = emotionTimes[emotion];
      this._moods[emotion] = towards(from, to, approach(seconds, times.emotion * (to > from ? come : go)));
    }
    const { expression, pose: turned, gaze: eyes } = this.face;
    const turn = { yaw: within(eyes.yaw, fullEyeYaw), pitch: within(eyes.pitch, fullEyePitch) };
    return { expression, pose: turned, gaze: { left: turn, right: turn } };
  }

  private _lookAt(target: LookAtTarget | null): void {
    const before = this._look.target;
    this._look.target = target;
    if (target && !before && this.attachedNode) this._look.attach(this.attachedNode);
    // Without a target it looks back ahead by itself.
  }
}

const mixed = (from: ArkitAmounts, to: ArkitAmounts, part: number): ArkitAmounts => {
  const amounts: Partial<Record<ArkitName, number>> = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)]) as Set<ArkitName>) {
    const value = towards(from[name] ?? 0, to[name] ?? 0, part);
    if (Math.abs(value) > 1e-5) amounts[name] = value;
  }
  return amounts;
};
