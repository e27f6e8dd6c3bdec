import { readFileSync } from 'node:fs';
import { parseHeadShape, type HeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import { projectLandmarks } from '../../../../personalize/photos/cameras/projectLandmarks.js';
import { rotationFromAngles } from '../../../../personalize/photos/cameras/viewAngles.js';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';
import { readFaceTopology } from '../../../../personalize/photos/faces/faceAsset.js';
import { fileSource } from '../../../../runtime/checkpoint/fileSource.node.js';
import { mulberry, normal } from '../raw/random.js';

export async function baseShape(): Promise<HeadShape> {
  const source = await fileSource('assets/faces.safetensors');
  const topology = await readFaceTopology(source);
  await source.close();
  return parseHeadShape(readFileSync('assets/base.landmarks.json', 'utf8'), topology);
}

export const randomOf = mulberry;

/** A view as EG3D's crops have it: 256 pixels about the origin, unless told. */
export function viewAt(yaw: number, pitch: number, roll: number, distance: number, side = 256): FittedView {
  return { rotation: rotationFromAngles(yaw, pitch, roll), distance, side, center: [300, 280], error: 0 };
}

/** What a landmark net would say: [468, 3], with noise of `sd` pixels. */
export function seenLandmarks(view: FittedView, points: Float64Array, sd: number, random: () => number): Float32Array {
  const pixels = projectLandmarks(view, points);
  const seen = new Float32Array(points.length);
  for (let i = 0; i < points.length / 3; i++) {
    seen[3 * i] = pixels[2 * i]! + sd * normal(random);
    seen[3 * i + 1] = pixels[2 * i + 1]! + sd * normal(random);
  }
  return seen;
}

/** Degrees between two rotations. */
export function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [trace, off] = [0, 0];
  for (let i = 0; i < 9; i++) trace += a[i]! * b[i]!;
  // By the skew part too: arccos alone is blind below a hundredth of a degree.
  const at = (i: number, j: number): number => [0, 1, 2].reduce((sum, k) => sum + a[3 * i + k]! * b[3 * j + k]!, 0);
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const)
    off += (at(i, j) - at(j, i)) ** 2;
  return (Math.atan2(Math.sqrt(off), trace - 1) * 180) / Math.PI;
}
