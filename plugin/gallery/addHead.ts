import type { Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { CreatePersonalizedHeadAsync, type HeadCreationOptions } from '../node/createHead.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import type { HeadItem } from './headItem.js';

export interface HeadPlacement {
  /** What it stands on; default: the origin. */
  readonly at?: Vector3 | null;
  /** Units of the scene for one of the head's, which is about half a unit tall; Babylon's Editor counts centimetres: 100. */
  readonly scale?: number;
}

/** No two heads of a scene are called the same. */
function freeName(scene: Scene, name: string): string {
  const taken = new Set(scene.meshes.map((mesh) => mesh.name));
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name} ${i}`;
  return free;
}

/**
 * Puts a head of a gallery into a scene, with its lower end on what it stands on. Settles when it is shown.
 * @throws AssetError as CreatePersonalizedHeadAsync; the scene stays as it was
 */
export async function addHeadAsync(
  scene: Scene,
  { name, url, seed }: HeadItem,
  { at, scale = 1 }: HeadPlacement = {},
  options: HeadCreationOptions = {},
): Promise<PersonalizedHeadMesh> {
  const own = seed === undefined ? options : { ...options, seed };
  const head = await CreatePersonalizedHeadAsync(freeName(scene, name), url, scene, own);
  head.scaling.setAll(scale);
  if (at) head.position.copyFrom(at);
  head.position.y -= scale * head.getBoundingInfo().minimum.y;
  return head;
}

/** How far from the camera a head is put where the pointer meets nothing, in units of the head. */
const openDistance = 2;

/**
 * What is under the pointer: the scene's surface, else the ground y = 0 where it is near, else a place in the air.
 * @param x, y as a pointer event gives them, from the canvas's corner
 */
export function placeUnder(scene: Scene, x: number, y: number, scale = 1): Vector3 {
  const picked = scene.pick(x, y).pickedPoint;
  if (picked) return picked;
  const { origin, direction } = scene.createPickingRay(x, y, null, scene.activeCamera);
  const toGround = direction.y < 0 ? -origin.y / direction.y : Infinity;
  const near = toGround > 0 && toGround < 50 * scale;
  return origin.add(direction.scale(near ? toGround : openDistance * scale));
}
