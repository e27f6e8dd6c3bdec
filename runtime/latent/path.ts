import type { Camera } from '../camera/camera.js';
import { NumericError, ShapeError } from '../core/errors.js';
import { formatDims, type Tensor } from '../core/tensor.js';
import type { Vector3 } from '../core/vector3.js';
import { interpolateCamera } from './cameraPath.js';
import { mixLatents } from './truncation.js';

/** What a picture of a head is made from. */
export interface PathPoint {
  /** [numWs, wDim] */
  readonly ws: Tensor;
  /** If one end of an interpolation has no camera, the other's is taken. */
  readonly camera?: Camera;
}

/** Looks on a line from one to the next, at even speed. */
export interface LookPath {
  /** Sum of the lengths of its segments. */
  readonly length: number;
  /** The look at t of the whole length, 0 to 1; beyond, the ends. */
  readonly pathAt: (t: number) => PathPoint;
}

/** How different two looks are; not negative. */
export type LookMetric = (a: PathPoint, b: PathPoint) => number;

/**
 * Linear in w, the camera carried around the pivot (see interpolateCamera).
 * @param t 0 is `a`, 1 is `b`, both exactly; beyond, w goes on
 * @throws ShapeError for latents of two bases, NumericError
 */
export function interpolateLooks(a: PathPoint, b: PathPoint, t: number, pivot?: Vector3): PathPoint {
  if (formatDims(a.ws.dims) !== formatDims(b.ws.dims)) {
    throw new ShapeError(
      'latent/path',
      `path: expected latents of one base, got ${formatDims(a.ws.dims)} and ${formatDims(b.ws.dims)}.`,
    );
  }
  if (!Number.isFinite(t)) throw new NumericError('latent/path', `path: ${t} is no place between two looks.`);
  const camera = a.camera && b.camera ? interpolateCamera(a.camera, b.camera, t, pivot) : (a.camera ?? b.camera);
  const ws = t === 0 ? a.ws : t === 1 ? b.ws : mixLatents(a.ws, b.ws, t);
  return { ws, ...(camera && { camera }) };
}

/** ||dw||, Euclidean over all layers. */
export const latentDistance: LookMetric = (a, b) =>
  Math.sqrt(a.ws.data.reduce((sum, value, i) => sum + (value - b.ws.data[i]!) ** 2, 0));

/**
 * A path through looks. Speed is even in the given lengths; within a segment it is even in w, so to have even speed in
 * something that is not linear in w (the distance of faces), refine the looks first (`refineLooks`) and measure those.
 * @param looks at least one
 * @param lengths of the looks.length - 1 segments, or how to measure them. If all are 0, segments count alike
 * @param pivot in the world, which cameras are carried around
 * @throws ShapeError, NumericError
 */
export function lookPath(
  looks: readonly PathPoint[],
  lengths: readonly number[] | LookMetric = latentDistance,
  pivot?: Vector3,
): LookPath {
  if (looks.length === 0) throw new ShapeError('latent/path', 'path: expected at least one look, got none.');
  const pairs = looks.slice(1).map((look, i) => [looks[i]!, look] as const);
  // Both ends of every segment, so that what does not fit shows now and not in the middle of a film.
  for (const [a, b] of pairs) interpolateLooks(a, b, 0, pivot);
  const measured = typeof lengths === 'function' ? pairs.map(([a, b]) => lengths(a, b)) : lengths;
  if (measured.length !== pairs.length) {
    throw new ShapeError('latent/path', `path: expected ${pairs.length} lengths, got ${measured.length}.`);
  }
  const bad = measured.findIndex((length) => !(length >= 0 && length < Infinity));
  if (bad >= 0) throw new NumericError('latent/path', `path: the length of segment ${bad} is ${measured[bad]!}.`);
  const length = measured.reduce((sum, value) => sum + value, 0);
  const shares = measured.map((value) => (length > 0 ? value / length : 1 / measured.length));
  const pathAt = (t: number): PathPoint => {
    if (!Number.isFinite(t)) throw new NumericError('latent/path', `path: ${t} is no place on it.`);
    const [first, last] = [pairs[0], pairs.at(-1)];
    if (!first || !last) return looks[0]!;
    if (t <= 0) return interpolateLooks(...first, 0, pivot);
    let left = t;
    for (const [i, share] of shares.entries()) {
      if (t < 1 && left < share) return interpolateLooks(...pairs[i]!, left / share, pivot);
      left -= share;
    }
    return interpolateLooks(...last, 1, pivot);
  };
  return { length, pathAt };
}

/**
 * The same path with looks in between, `pieces` to a segment.
 * @throws ShapeError if pieces is not a whole number greater than 0
 */
export function refineLooks(looks: readonly PathPoint[], pieces: number, pivot?: Vector3): PathPoint[] {
  if (!Number.isInteger(pieces) || pieces < 1) {
    throw new ShapeError('latent/path', `path: expected a whole number of pieces from 1, got ${pieces}.`);
  }
  return looks.flatMap((look, i) => {
    const next = looks[i + 1];
    if (!next) return [look];
    return Array.from({ length: pieces }, (_, piece) => interpolateLooks(look, next, piece / pieces, pivot));
  });
}
