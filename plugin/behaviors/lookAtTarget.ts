import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import type { EyeTurn } from './gaze.js';

/** Anything with a place in the world. */
export type LookAtTarget = TransformNode | Vector3 | Camera;

/** Why something cannot be looked at, as a sentence; null where it can. */
export function placeProblem(target: unknown): string | null {
  const expected = 'expected a node, a camera, a Vector3 or null as what to look at';
  if (typeof target === 'string') {
    return `${expected}, got the text "${target.slice(0, 40)}". Pass scene.getNodeByName(…).`;
  }
  if (typeof target !== 'object' || target === null) return `${expected}, got ${kindOf(target)}.`;
  if ('getAbsolutePosition' in target || 'getViewMatrix' in target) return null;
  const { x, y, z } = target as Partial<Vector3>;
  // A moving point may lose its place for a while.
  return [x, y, z].every((value) => typeof value === 'number')
    ? null
    : `${expected}, got ${kindOf(target)} without a place.`;
}

/** The target's place in world space; null where it has none (any more). Two bundles of Babylon share no classes. */
function placeOf(target: LookAtTarget): Vector3 | null {
  if ('isDisposed' in target && target.isDisposed()) return null;
  if ('getViewMatrix' in target) {
    // Brings the position up to date.
    target.getViewMatrix();
    return target.globalPosition;
  }
  return 'getAbsolutePosition' in target ? target.getAbsolutePosition() : target;
}

/**
 * The target in the space of an unturned head: x to the head's own left, y up, z ahead; null where it has no place, or
 * the head's matrix flattens space.
 */
export function targetInHead(target: LookAtTarget, head: TransformNode): Vector3 | null {
  const place = placeOf(target);
  const world = head.computeWorldMatrix();
  if (!place || !(Math.abs(world.determinant()) > 1e-20)) return null;
  const local = Vector3.TransformCoordinates(place, Matrix.Invert(world));
  // A head's pose turns the whole mesh, as its pivot matrix; what is looked for is the turn that it should have.
  if ('pose' in head) Vector3.TransformCoordinatesToRef(local, head.getPivotMatrix(), local);
  // Faces look along +z, and in Babylon's left-handed scenes along -z, towards its cameras.
  if (!head.getScene().useRightHandedSystem) local.z *= -1;
  return [local.x, local.y, local.z].every(Number.isFinite) ? local : null;
}

/** How an eye at `eye` must turn to see `point`, both in head space. */
export function turnTowards(point: Vector3, eye: Vector3): EyeTurn {
  const { x, y, z } = point.subtract(eye);
  return { yaw: Math.atan2(x, z), pitch: Math.atan2(y, Math.hypot(x, z)) };
}
