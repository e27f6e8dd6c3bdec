import type { Camera } from '../../runtime/camera/camera.js';
import { lookAt } from '../../runtime/camera/lookAt.js';
import { add3, cross3, dot3, scale3, subtract3, type Vector3 } from '../../runtime/core/vector3.js';
import type { HeadExtent } from '../../runtime/render/headExtent.js';
import type { RayBounds } from '../../runtime/render/settings.js';
import { expectGiven } from '../../runtime/core/given.js';

export { headExtent, type HeadExtent } from '../../runtime/render/headExtent.js';

export type Point = Vector3;

/** A virtual EG3D camera and the rectangle in space that its picture belongs on, head space. */
export interface HeadView {
  readonly camera: Camera;
  /** Where along each ray to sample. */
  readonly bounds: RayBounds;
  /** Where the camera stands. */
  readonly eye: Point;
  /** The rectangle around the origin: from its left edge to its right, and from its top to its bottom. */
  readonly right: Point;
  readonly down: Point;
}

/** The camera's half opening never passes this tangent: from inside the sphere a whole picture has no width. */
const widestTangent = 2;
/** Nearer to the middle than this share of the radius there is nothing to look at. */
const nearestShare = 0.02;

/**
 * Sign of a node's z in head space. Head space is right-handed and a face looks along +z; in Babylon's left-handed
 * scenes the mirror lets it face the default camera at -z without swapping left and right.
 */
export function mirrorOf(rightHanded: boolean): 1 | -1 {
  return rightHanded ? 1 : -1;
}

/**
 * A world point in head space.
 * @param world the node's world matrix as Babylon stores it, 16 numbers, row vectors: world = node * matrix
 * @returns null where the matrix flattens space
 */
export function headFromWorld(point: Point, world: ArrayLike<number>, mirror: 1 | -1): Point | null {
  expectGiven('headFromWorld: point', 'vector', point);
  expectGiven('headFromWorld: world', 'numbers', world);
  const row = (i: number): Point => [world[i]!, world[i + 1]!, world[i + 2]!];
  const [x, y, z, origin] = [row(0), row(4), row(8), row(12)];
  const normals: readonly [Point, Point, Point] = [cross3(y, z), cross3(z, x), cross3(x, y)];
  const volume = dot3(x, normals[0]);
  if (!(Math.abs(volume) > 1e-20) || !Number.isFinite(volume)) return null;
  const from = subtract3(point, origin);
  return [dot3(from, normals[0]) / volume, dot3(from, normals[1]) / volume, (mirror * dot3(from, normals[2])) / volume];
}

/** Inverse of `headFromWorld`. */
export function worldFromHead(point: Point, world: ArrayLike<number>, mirror: 1 | -1): Point {
  expectGiven('worldFromHead: point', 'vector', point);
  expectGiven('worldFromHead: world', 'numbers', world);
  const at = (i: number): number =>
    point[0] * world[i]! + point[1] * world[i + 4]! + mirror * point[2] * world[i + 8]! + world[i + 12]!;
  return [at(0), at(1), at(2)];
}

/**
 * The camera that stands at `eye` and whose square picture the head's sphere just fills, and the rectangle through the
 * head's middle on which that picture looks, from `eye`, exactly like the head itself.
 * @param eye the scene camera in head space; inside the sphere the picture is as wide as sense allows
 */
export function headView(eye: Point, extent: HeadExtent): HeadView {
  expectGiven('headView: eye', 'vector', eye);
  expectGiven('headView: extent', 'options', extent);
  const { radius, half } = extent;
  expectGiven('headView: extent.half', 'vector', half);
  let offset = eye;
  let distance = Math.hypot(...offset);
  if (!(distance > nearestShare * radius)) {
    distance = nearestShare * radius;
    offset = [0, 0, distance];
  }
  const outside = Math.sqrt(Math.max(0, distance * distance - radius * radius));
  const tangent = Math.min(widestTangent, radius / Math.max(outside, 1e-12));
  // Straight above or below "up" has no direction; this is its limit for a camera that comes from the front.
  const steep = Math.hypot(offset[0], offset[2]) < 1e-5 * distance;
  const camera = lookAt(offset, [0, 0, 0], 0.5 / tangent, steep ? [0, 0, offset[1] > 0 ? -1 : 1] : [0, 1, 0]);
  const column = (i: number): Point => [camera.cam2world[i]!, camera.cam2world[i + 4]!, camera.cam2world[i + 8]!];
  const width = 2 * tangent * distance;
  const reach = Math.hypot(...half);
  return {
    camera,
    bounds: { start: Math.max(distance - reach, nearestShare * radius), end: distance + reach, crop: half },
    eye: offset,
    right: scale3(column(0), width),
    down: scale3(column(1), width),
  };
}

/** The point of the rectangle that shows pixel (u, v) of the picture, both 0..1 from the top left corner. */
export function quadPoint({ right, down }: HeadView, u: number, v: number): Point {
  return add3(scale3(right, u - 0.5), scale3(down, v - 0.5));
}

/** Do two views give the same picture? */
export function sameView(a: HeadView, b: HeadView): boolean {
  return Math.hypot(...subtract3(a.eye, b.eye)) < 1e-6 * Math.hypot(...a.eye);
}
