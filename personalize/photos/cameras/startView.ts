import type { HeadShape } from './headShape.js';
import type { FreeView } from './pointTerms.js';
import { focalPerDistance } from './convention.js';
import { multiply3 } from '../../../runtime/core/matrix3.js';
import { rotationFromAngles } from './viewAngles.js';

/**
 * A view of a given yaw whose roll, side and centre bring the shape closest to the landmarks: a similarity of the plane.
 * @param points [468, 3]
 * @param pixels [468, 2]
 * @param yaw degrees
 */
export function startView(
  shape: HeadShape,
  points: Float64Array,
  pixels: Float64Array,
  yaw: number,
  distance: number,
): FreeView {
  const level = rotationFromAngles(yaw, 0, 0);
  const { rigid } = shape;
  const n = rigid.length;
  const flat = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!];
    const depth = level[6] * x + level[7] * y + level[8] * z + distance;
    const zoom = (focalPerDistance * distance) / depth;
    flat[2 * i] = zoom * (level[0] * x + level[1] * y + level[2] * z);
    flat[2 * i + 1] = zoom * (level[3] * x + level[4] * y + level[5] * z);
  }
  const [fromX, fromY] = mean2(flat, rigid);
  const [toX, toY] = mean2(pixels, rigid);
  let [along, across, spread] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [ax, ay] = [flat[2 * i]! - fromX, flat[2 * i + 1]! - fromY];
    const [bx, by] = [pixels[2 * i]! - toX, pixels[2 * i + 1]! - toY];
    along += rigid[i]! * (ax * bx + ay * by);
    across += rigid[i]! * (ax * by - ay * bx);
    spread += rigid[i]! * (ax * ax + ay * ay);
  }
  const angle = Math.atan2(across, along);
  const side = Math.hypot(along, across) / spread;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    rotation: Float64Array.from(multiply3([cos, -sin, 0, sin, cos, 0, 0, 0, 1], level)),
    distance,
    side,
    cx: toX - side * (cos * fromX - sin * fromY),
    cy: toY - side * (sin * fromX + cos * fromY),
    unit: side,
  };
}

function mean2(points: Float64Array, weights: Float64Array): readonly [number, number] {
  let [x, y, total] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    x += weights[i]! * points[2 * i]!;
    y += weights[i]! * points[2 * i + 1]!;
    total += weights[i]!;
  }
  return [x / total, y / total];
}
