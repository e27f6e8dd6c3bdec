import type { Camera } from '../../runtime/camera/camera.js';
import { NumericError } from '../../runtime/core/errors.js';
import { determinant3, type Matrix3 } from '../../runtime/core/matrix3.js';

/** Labels carry rounded numbers; an estimated pose is a rotation to this, a scaled or skewed one is not. */
const tolerance = 0.01;
/** In units of the image side; focal lengths of a face's portrait are 1 to 10, in pixels they are hundreds. */
const longestFocal = 100;

/**
 * What a photograph's camera must be beyond `requireCamera`: a rotation, at a place, with a focal length that belongs to
 * an image of side 1.
 * @throws NumericError `photos/rotation`, `photos/cam2world`, `photos/focal`
 */
export function requireRigid({ cam2world, intrinsics }: Camera, where: string): void {
  const rows = [0, 4, 8].map((i) => cam2world.slice(i, i + 3));
  const determinant = determinant3(rows.flat() as unknown as Matrix3);
  const dots = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) - (i === j ? 1 : 0)),
  );
  if (!(determinant > 0) || dots.some((value) => Math.abs(value) > tolerance)) {
    throw new NumericError(
      'photos/rotation',
      `${where}: expected cam2world to hold a rotation (determinant 1, columns right, down, forward of length 1), ` +
        `got determinant ${Number(determinant.toFixed(4))}. Export the pose without scale, skew or mirroring.`,
    );
  }
  const last = cam2world.slice(12);
  if (last.some((value, i) => Math.abs(value - (i === 3 ? 1 : 0)) > 1e-4)) {
    throw new NumericError(
      'photos/cam2world',
      `${where}: expected cam2world's last row to be 0, 0, 0, 1, got ${last.join(', ')}. Write it row by row.`,
    );
  }
  const [fx, fy] = [intrinsics[0]!, intrinsics[4]!];
  if (!(fx > 0 && fy > 0 && fx < longestFocal && fy < longestFocal)) {
    throw new NumericError(
      'photos/focal',
      `${where}: expected focal lengths above 0 and below ${longestFocal}, got ${fx} and ${fy}. ` +
        'Divide intrinsics in pixels by the image side.',
    );
  }
}
