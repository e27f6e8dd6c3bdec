import { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import { AnimationKeyInterpolation, type IAnimationKey } from '@babylonjs/core/Animations/animationKey.js';

/** One track of a clip, and how much of it a head's morph target takes. */
export interface TrackPart {
  readonly animation: Animation;
  readonly share: number;
}

/** Keys a second where keys alone do not tell the curve. */
const keysPerSecond = 30;

/** The frames at which tracks are told fully by straight lines: their keys, and more where one is curved. */
export function framesOf(animations: readonly Animation[], dense = false): number[] {
  const [first] = animations;
  if (!first) return [];
  const frames = new Set<number>();
  for (const animation of animations) {
    const scale = first.framePerSecond / animation.framePerSecond;
    const keys = animation.getKeys();
    for (const { frame } of keys) frames.add(frame * scale);
    const [begin, end] = [(keys[0]?.frame ?? 0) * scale, (keys.at(-1)?.frame ?? 0) * scale];
    const step = first.framePerSecond / keysPerSecond;
    if (dense || keys.some(isCurved)) for (let frame = begin; frame < end; frame += step) frames.add(frame);
  }
  return [...frames].sort((a, b) => a - b);
}

const isCurved = (key: ReturnType<Animation['getKeys']>[number]): boolean =>
  [key.inTangent, key.outTangent, key.interpolation].some((value) => value !== undefined);

/** An influence beyond these is in another unit. */
const largest = 2;
export const largestInfluence = (animation: Animation): number =>
  animation.getKeys().reduce((most, { value }) => Math.max(most, Math.abs(value as number)), 0);
export const isInOtherUnit = (animation: Animation): boolean => !(largestInfluence(animation) <= largest);

/** A track's keys with other values; tangents go with them. */
export const mappedKeys = (animation: Animation, map: (value: unknown) => number | undefined): IAnimationKey[] =>
  animation.getKeys().map((key) => ({
    ...key,
    value: map(key.value) ?? 0,
    ...(key.inTangent === undefined ? {} : { inTangent: map(key.inTangent) }),
    ...(key.outTangent === undefined ? {} : { outTangent: map(key.outTangent) }),
  }));

/** A track that is the sum of parts, within 0..1 where there are several; one whole part is that track, curves and all. */
export function mixedTrack(name: string, parts: readonly TrackPart[]): Animation {
  const [first] = parts;
  if (first && parts.length === 1 && first.share === 1) return first.animation.clone(true);
  const { animation, share } = first!;
  const track = new Animation(
    name,
    'influence',
    animation.framePerSecond,
    Animation.ANIMATIONTYPE_FLOAT,
    animation.loopMode,
  );
  if (parts.length === 1) {
    const scaled = (value: unknown): number | undefined => (typeof value === 'number' ? share * value : undefined);
    track.setKeys(mappedKeys(animation, scaled));
    return track;
  }
  const valueAt = (frame: number): number => {
    const sum = parts.reduce((so, part) => {
      const own = (frame * part.animation.framePerSecond) / animation.framePerSecond;
      return so + part.share * (part.animation.evaluate(own) as number);
    }, 0);
    return Math.min(1, Math.max(0, sum));
  };
  const steps = parts.every((part) =>
    part.animation.getKeys().every(({ interpolation }) => interpolation === AnimationKeyInterpolation.STEP),
  );
  track.setKeys(
    framesOf(parts.map((part) => part.animation)).map((frame) => ({
      frame,
      value: valueAt(frame),
      ...(steps ? { interpolation: AnimationKeyInterpolation.STEP } : {}),
    })),
  );
  return track;
}
