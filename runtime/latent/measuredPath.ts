import { ShapeError } from '../core/errors.js';
import type { Vector3 } from '../core/vector3.js';
import { lookPath, refineLooks, type PathPoint, type LookPath } from './path.js';

export interface MeasuredPathOptions<R> {
  /** Looks a segment is divided into; the more, the more even. */
  readonly pieces: number;
  /** What is measured of a look, such as a face network's descriptor of its picture. */
  readonly read: (look: PathPoint) => Promise<R>;
  /** Between two readings, not negative. */
  readonly distance: (a: R, b: R) => number;
  /** In the world, which cameras are carried around. */
  readonly pivot?: Vector3;
  /** @param fraction 0..1 of the looks read */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * A path with even speed in something that is not linear in w, such as the distance of faces: its looks are divided, and
 * each piece counts as long as it is measured to be.
 * @throws ShapeError, NumericError as `lookPath`
 */
export async function measuredPath<R>(
  looks: readonly PathPoint[],
  { pieces, read, distance, pivot, onProgress }: MeasuredPathOptions<R>,
): Promise<LookPath> {
  const refined = refineLooks(looks, pieces, pivot);
  const readings: R[] = [];
  for (const look of refined) {
    readings.push(await read(look));
    onProgress?.(readings.length / refined.length);
  }
  const lengths = readings.slice(1).map((reading, i) => distance(readings[i]!, reading));
  return lookPath(refined, lengths, pivot);
}

/**
 * The looks of a film: evenly along the path, both ends included.
 * @throws ShapeError for fewer than two frames
 */
export function filmLooks(path: LookPath, frames: number): PathPoint[] {
  if (!Number.isInteger(frames) || frames < 2) {
    throw new ShapeError('latent/path', `path: expected a whole number of frames from 2, got ${frames}.`);
  }
  return Array.from({ length: frames }, (_, i) => path.pathAt(i / (frames - 1)));
}
