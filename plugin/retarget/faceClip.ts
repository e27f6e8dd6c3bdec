import { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import type { IAnimationKey } from '@babylonjs/core/Animations/animationKey.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import { Quaternion } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { arkitNameOf } from '../arkitNames.js';
import { mirrorOf } from '../image/headCamera.js';
import type { PersonalizedHeadMembers } from '../node/members.js';
import { targetsOf } from './retarget.js';
import { expectGiven } from '../../runtime/core/given.js';

/** A recorded face: what `personalized-head track` writes, and `playBlendshapeFrames` plays as well. */
export interface FaceClip {
  /** Frames a second. */
  readonly fps: number;
  /** One name a column, in any spelling of ARKit's. */
  readonly names: readonly string[];
  /** Amounts, 0..1: [frames][names] */
  readonly frames: readonly (readonly number[])[];
  /** Yaw, pitch, roll of the head, radians, as `head.pose` has them: [frames][3] */
  readonly turns?: readonly (readonly number[])[];
}

export interface FaceClipOptions {
  /** Of the group; default: `face`. */
  readonly name?: string;
  /** Turn the head as the clip does; default: true. */
  readonly pose?: boolean;
}

/** Amounts nearer than this to the straight line between their neighbours need no key. */
const straight = 0.004;

/** Keys of a curve, without those that lie on the way from one to another. */
function keysOf(values: readonly number[]): IAnimationKey[] {
  const keys: IAnimationKey[] = [{ frame: 0, value: values[0] }];
  // Slopes of lines from the last key that pass every frame since nearly enough.
  let [from, least, most] = [0, -Infinity, Infinity];
  for (let frame = 1; frame < values.length; frame++) {
    let slope = (values[frame]! - values[from]!) / (frame - from);
    if (slope < least || slope > most) {
      from = frame - 1;
      keys.push({ frame: from, value: values[from] });
      [least, most] = [-Infinity, Infinity];
      slope = values[frame]! - values[from]!;
    }
    const slack = straight / (frame - from);
    [least, most] = [Math.max(least, slope - slack), Math.min(most, slope + slack)];
  }
  if (values.length > 1) keys.push({ frame: values.length - 1, value: values.at(-1) });
  return keys;
}

function checkRow(row: readonly number[], count: number, frame: number, what: string): void {
  if (row.length !== count || !row.every(Number.isFinite)) {
    const text = `faceClipAnimationGroup: frame ${frame}: expected ${count} ${what}, got ${row.length}, or one that is no number.`;
    throw new ShapeError('retarget/frame', text);
  }
}

/**
 * A recorded face as an animation group of a head: morph targets by their names, in any spelling of ARKit's, and the turns
 * on its pose node. Names that the head lacks are left out. Nothing is started.
 * @throws ShapeError, NumericError where the clip is none; nothing is made
 */
export function faceClipAnimationGroup(clip: FaceClip, head: Mesh, options: FaceClipOptions = {}): AnimationGroup {
  expectGiven('faceClipAnimationGroup', 'clip', clip);
  expectGiven('faceClipAnimationGroup', 'node', head);
  expectGiven('faceClipAnimationGroup', 'options', options);
  const { fps, names, frames, turns } = clip;
  if (!(fps > 0 && Number.isFinite(fps))) {
    throw new NumericError('retarget/fps', `faceClipAnimationGroup: expected frames a second, got ${fps}.`);
  }
  if (frames.length === 0) throw new ShapeError('retarget/clip', 'faceClipAnimationGroup: the clip has no frames.');
  if (turns && turns.length !== frames.length) {
    const text = `faceClipAnimationGroup: expected turns for ${frames.length} frames, got ${turns.length}.`;
    throw new ShapeError('retarget/turns', text);
  }
  frames.forEach((row, frame) => checkRow(row, names.length, frame, 'amounts'));
  turns?.forEach((turn, frame) => checkRow(turn, 3, frame, 'angles'));
  const group = new AnimationGroup(options.name ?? 'face', head.getScene());
  const targets = targetsOf(head);
  names.forEach((spelling, column) => {
    const target = targets.get(arkitNameOf(spelling) ?? spelling);
    if (!target) return;
    const track = new Animation(spelling, 'influence', fps, Animation.ANIMATIONTYPE_FLOAT);
    track.setKeys(keysOf(frames.map((row) => row[column]!)));
    group.addTargetedAnimation(track, target);
  });
  const { poseNode } = head as Partial<PersonalizedHeadMembers>;
  if (turns && poseNode && options.pose !== false) {
    const sign = mirrorOf(head.getScene().useRightHandedSystem);
    poseNode.rotationQuaternion ??= poseNode.rotation.toQuaternion();
    const track = new Animation('pose', 'rotationQuaternion', fps, Animation.ANIMATIONTYPE_QUATERNION);
    track.setKeys(
      turns.map(([yaw, pitch, roll], frame) => ({
        frame,
        value: Quaternion.RotationYawPitchRoll(sign * yaw!, -pitch!, -sign * roll!),
      })),
    );
    group.addTargetedAnimation(track, poseNode);
  }
  group.normalize(0, frames.length - 1);
  return group;
}
