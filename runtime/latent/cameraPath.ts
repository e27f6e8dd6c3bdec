import { requireCamera, type Camera } from '../camera/camera.js';
import { NumericError } from '../core/errors.js';
import { determinant3, type Matrix3 } from '../core/matrix3.js';
import { dot3, subtract3, type Vector3 } from '../core/vector3.js';

/** w, x, y, z; unit. */
type Quaternion = readonly [number, number, number, number];

/**
 * A camera between two, as a person would carry it around the head: its rotation turns evenly about one axis (slerp),
 * the pivot's place as the camera sees it moves on a line, and so do the intrinsics. For cameras that look at the pivot
 * that keeps them looking at it, at a radius that is linear in t. (Linear cam2world, as the authors mix it, is no
 * rotation in between.) Source: Shoemake 1985.
 * @param t 0 is `a`, 1 is `b`, both exactly
 * @param pivot in the world; the centre of the head
 * @throws NumericError for a rotation that is none, as `requireCamera`
 */
export function interpolateCamera(a: Camera, b: Camera, t: number, pivot: Vector3 = [0, 0, 0]): Camera {
  const [from, to] = [decompose(a, pivot), decompose(b, pivot)];
  if (!Number.isFinite(t)) throw new NumericError('camera/path', `camera path: ${t} is no place between two cameras.`);
  if (t === 0) return a;
  if (t === 1) return b;
  const mix = (x: number, y: number): number => x + t * (y - x);
  const seen = from.seen.map((value, i) => mix(value, to.seen[i]!)) as unknown as Vector3;
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = matrixOf(slerp(from.rotation, to.rotation, t));
  const position = [
    pivot[0] - dot3([r0, r1, r2], seen),
    pivot[1] - dot3([r3, r4, r5], seen),
    pivot[2] - dot3([r6, r7, r8], seen),
  ] as const;
  return {
    cam2world: [r0, r1, r2, position[0], r3, r4, r5, position[1], r6, r7, r8, position[2], 0, 0, 0, 1],
    intrinsics: a.intrinsics.map((value, i) => mix(value, b.intrinsics[i]!)),
  };
}

/** The rotation, and the pivot as the camera sees it: R^T (pivot - position). */
function decompose(camera: Camera, pivot: Vector3): { rotation: Quaternion; seen: Vector3 } {
  requireCamera(camera);
  const m = camera.cam2world as readonly [number, number, number, number, ...number[]];
  const rotation = [0, 1, 2, 4, 5, 6, 8, 9, 10].map((i) => m[i]!) as unknown as Matrix3;
  const columns = [0, 1, 2].map((j): Vector3 => [rotation[j]!, rotation[j + 3]!, rotation[j + 6]!]);
  const [x, y, z] = columns as unknown as readonly [Vector3, Vector3, Vector3];
  const skew = Math.max(Math.abs(dot3(x, y)), Math.abs(dot3(y, z)), Math.abs(dot3(z, x)));
  const stretch = Math.max(...columns.map((column) => Math.abs(dot3(column, column) - 1)));
  if (!(skew < 1e-3 && stretch < 1e-3 && determinant3(rotation) > 0)) {
    throw new NumericError(
      'camera/rotation',
      'camera path: cam2world is scaled, skewed or mirrored; expected a rotation and a position.',
    );
  }
  const away = subtract3(pivot, [m[3], m[7]!, m[11]!]);
  return { rotation: quaternionOf(rotation), seen: [dot3(x, away), dot3(y, away), dot3(z, away)] };
}

/** Shepperd 1978: from the largest of the four squares, which loses nothing to cancellation. */
function quaternionOf([a, b, c, d, e, f, g, h, i]: Matrix3): Quaternion {
  const options: Quaternion[] = [
    [1 + a + e + i, h - f, c - g, d - b],
    [h - f, 1 + a - e - i, b + d, c + g],
    [c - g, b + d, 1 - a + e - i, f + h],
    [d - b, c + g, f + h, 1 - a - e + i],
  ];
  const best = options.reduce((most, q, n) => (q[n]! > options[most]![most]! ? n : most), 0);
  const length = Math.hypot(...options[best]!);
  return options[best]!.map((value) => value / length) as unknown as Quaternion;
}

/** Along the shorter way. */
function slerp(a: Quaternion, b: Quaternion, t: number): Quaternion {
  const cosine = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const sign = cosine < 0 ? -1 : 1;
  const angle = 2 * Math.asin(Math.min(1, Math.hypot(...a.map((value, i) => value - sign * b[i]!)) / 2));
  const sine = Math.sin(angle);
  const [p, q] = sine < 1e-9 ? [1 - t, t] : [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
  const mixed = a.map((value, i) => p * value + sign * q * b[i]!);
  const length = Math.hypot(...mixed);
  return mixed.map((value) => value / length) as unknown as Quaternion;
}

function matrixOf([w, x, y, z]: Quaternion): Matrix3 {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}
