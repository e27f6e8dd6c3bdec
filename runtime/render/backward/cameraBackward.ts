import type { Camera } from '../../camera/camera.js';
import { pixelDirection } from '../rays.js';

/**
 * From gradients by rays to gradients by the camera that made them: with r = R v, direction = r / |r| and origin = c,
 *   dL/dr = (dL/ddirection - direction (direction . dL/ddirection)) / |r|,  dL/dR = dL/dr v^T,  dL/dc = dL/dorigin.
 * @param origins [R, 3]
 * @param directions [R, 3]
 * @param pixels [R]: which pixels the rays run through, row * resolution + column; absent: all, in order
 * @returns [3, 4]: by the upper three rows of cam2world, row-major
 */
export function cameraBackward(
  camera: Camera,
  resolution: number,
  origins: Float64Array,
  directions: Float64Array,
  pixels?: Uint32Array,
): Float64Array {
  const gradient = new Float64Array(12);
  const m = camera.cam2world;
  const count = pixels?.length ?? resolution * resolution;
  for (let ray = 0; ray < count; ray++) {
    const local = [...pixelDirection(camera, resolution, pixels?.[ray] ?? ray), 1];
    const r = [0, 4, 8].map((row) => m[row]! * local[0]! + m[row + 1]! * local[1]! + m[row + 2]!);
    const length = Math.hypot(...r);
    const along = r.reduce((sum, value, k) => sum + (value / length) * directions[ray * 3 + k]!, 0);
    for (let k = 0; k < 3; k++) {
      const byR = (directions[ray * 3 + k]! - (r[k]! / length) * along) / length;
      for (let j = 0; j < 3; j++) gradient[k * 4 + j]! += byR * local[j]!;
      gradient[k * 4 + 3]! += origins[ray * 3 + k]!;
    }
  }
  return gradient;
}
