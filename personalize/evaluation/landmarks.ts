import { NumericError } from '../../runtime/core/errors.js';
import type { Point } from './crop.js';
import type { FaceBox } from './faceBox.js';
import type { FaceReading } from './judge.js';

/** The points of a face that a judge measures. Left and right are the person's own. */
export interface FacePoints {
  /** Any points of the eye's rim; their mean is the eye's centre. */
  readonly leftEye: readonly Point[];
  readonly rightEye: readonly Point[];
  /** Pairs of points of the upper and the lower lid. */
  readonly leftLids: readonly (readonly [Point, Point])[];
  readonly rightLids: readonly (readonly [Point, Point])[];
  readonly mouthCorners: readonly [Point, Point];
  /** Middle of the inner edges: upper lip, lower lip. */
  readonly lips: readonly [Point, Point];
  readonly noseTip: Point;
}

export function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce<Point>((total, [x, y]) => [total[0] + x, total[1] + y], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

export const gap = ([a, b]: readonly [Point, Point]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Radians by which the line between the eyes leans clockwise. */
export function rollOf({ leftEye, rightEye }: FacePoints): number {
  const [left, right] = [meanPoint(leftEye), meanPoint(rightEye)];
  // The person's left eye is on the right of the picture.
  return Math.atan2(left[1] - right[1], left[0] - right[0]);
}

/** The upright square around points, as seen with the head leaning by `roll`; `scale` times their longer extent. */
export function boxAround(points: readonly Point[], roll: number, scale: number): FaceBox {
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const along = points.map(([x, y]) => cos * x + sin * y);
  const across = points.map(([x, y]) => cos * y - sin * x);
  const [left, right] = [Math.min(...along), Math.max(...along)];
  const [top, bottom] = [Math.min(...across), Math.max(...across)];
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return {
    x: cos * u - sin * v,
    y: sin * u + cos * v,
    side: Math.max(right - left, bottom - top) * scale,
    roll,
  };
}

type Shape = Pick<FaceReading, 'mouthWidth' | 'mouthOpen' | 'eyeOpenLeft' | 'eyeOpenRight' | 'turn'>;

/** @throws NumericError where the eyes coincide: then there is no face to measure */
export function faceShape(points: FacePoints): Shape {
  const [left, right] = [meanPoint(points.leftEye), meanPoint(points.rightEye)];
  const eyes = gap([left, right]);
  if (!(eyes > 0)) {
    throw new NumericError('judge/landmarks', 'judge: the landmarks put both eyes in one place. Check the picture.');
  }
  const open = (lids: FacePoints['leftLids']): number =>
    lids.reduce((sum, pair) => sum + gap(pair), 0) / lids.length / eyes;
  const [x, y] = meanPoint([left, right]);
  // How far the nose is from between the eyes, along the line from the right to the left one.
  const along = (points.noseTip[0] - x) * (left[0] - right[0]) + (points.noseTip[1] - y) * (left[1] - right[1]);
  return {
    mouthWidth: gap(points.mouthCorners) / eyes,
    mouthOpen: gap(points.lips) / eyes,
    eyeOpenLeft: open(points.leftLids),
    eyeOpenRight: open(points.rightLids),
    turn: along / eyes ** 2,
  };
}
