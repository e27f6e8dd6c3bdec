import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { DriveBehavior, type Driven, type DriveTimes } from './driveBehavior.js';
import { expectGiven } from '../../runtime/core/given.js';

/**
 * Drives a head: says what its face is to be from now on. What is not named stays as it was said before; null takes it back.
 * All of it goes there smoothly and is added to clips, to the avatar's skeleton and to other behaviours.
 *
 *     Drive(head, { emotion: 'happy', gaze: player, speech: { aa: 0.8 } });   // each frame, or when something changes
 *
 * @param times of the head's drive, when this is the first call for it; 0: at once, as for what is smooth already
 * @returns the head's drive: `face` is what to send to others; `removeBehavior` of it ends it
 * @throws AssetError, NumericError, ShapeError as `DriveBehavior.drive`; nothing changes
 */
export function Drive(head: Mesh, driven: Driven, times?: DriveTimes): DriveBehavior {
  expectGiven('Drive', 'node', head);
  const existing = head.getBehaviorByName('Drive') as DriveBehavior | null;
  const behavior = existing ?? new DriveBehavior(times);
  behavior.drive(driven);
  if (!existing) head.addBehavior(behavior);
  return behavior;
}
