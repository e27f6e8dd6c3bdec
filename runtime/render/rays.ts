import type { Camera } from '../camera/camera.js';

/** Rays by number; `start` and `end` bound their samples, world units. */
export interface Rays {
  readonly count: number;
  /** [R, 3] */
  readonly origins: Float64Array;
  /** [R, 3], unit length */
  readonly directions: Float64Array;
  /** [R, 2] */
  readonly bounds: Float64Array;
}

/** Direction (x, y, 1) of a pixel's centre in the camera's own axes. */
export function pixelDirection(camera: Camera, resolution: number, ray: number): [number, number] {
  const [fx, skew, cx, , fy, cy] = camera.intrinsics as [number, number, number, number, number, number];
  const u = ((ray % resolution) + 0.5) / resolution;
  const v = (Math.floor(ray / resolution) + 0.5) / resolution;
  return [(u - cx + (cy * skew) / fy - (skew * v) / fy) / fx, (v - cy) / fy];
}

/**
 * One ray through the centre of each pixel, rows from the top: ray = row * resolution + column.
 * Source: EG3D's ray sampler; facts eg3d.md section 4. Twin: shaders/render/rays.wgsl.
 */
export function cameraRays(camera: Camera, resolution: number): Omit<Rays, 'bounds'> {
  return pixelRays(
    camera,
    resolution,
    Uint32Array.from({ length: resolution * resolution }, (_, pixel) => pixel),
  );
}

/**
 * Rays through some pixels of a square image.
 * @param pixels [R]: row * resolution + column
 */
export function pixelRays(camera: Camera, resolution: number, pixels: Uint32Array): Omit<Rays, 'bounds'> {
  const count = pixels.length;
  const origins = new Float64Array(count * 3);
  const directions = new Float64Array(count * 3);
  const m = camera.cam2world;
  for (let ray = 0; ray < count; ray++) {
    const [x, y] = pixelDirection(camera, resolution, pixels[ray]!);
    const d = [0, 4, 8].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]!);
    const length = Math.hypot(...d);
    for (let axis = 0; axis < 3; axis++) {
      origins[ray * 3 + axis] = m[axis * 4 + 3]!;
      directions[ray * 3 + axis] = d[axis]! / length;
    }
  }
  return { count, origins, directions };
}

/** Entry into and exit from a box around the origin, by its half sides; not entry < exit where the ray misses it. */
function crossBox(rays: Omit<Rays, 'bounds'>, ray: number, half: readonly [number, number, number]): [number, number] {
  let [enter, leave] = [-Infinity, Infinity];
  for (let axis = 0; axis < 3; axis++) {
    const inverse = 1 / rays.directions[ray * 3 + axis]!;
    const a = (-half[axis]! - rays.origins[ray * 3 + axis]!) * inverse;
    const b = (half[axis]! - rays.origins[ray * 3 + axis]!) * inverse;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return [enter, leave];
}

/**
 * Entry into and exit from the cube of side `boxWarp` around the origin (slab method). Rays that miss it get
 * the first entry of those that hit it and, as in the original, their last *entry* as end. Where no ray hits,
 * all have start 1 and end 1, in which nothing is seen (the original leaves -1 and -2 and sums up what lies behind the
 * camera).
 */
export function boxBounds(rays: Omit<Rays, 'bounds'>, boxWarp: number): Float64Array {
  const bounds = new Float64Array(rays.count * 2);
  const side = boxWarp / 2;
  let [first, last] = [Infinity, -Infinity];
  for (let ray = 0; ray < rays.count; ray++) {
    const [enter, leave] = crossBox(rays, ray, [side, side, side]);
    const hit = enter < leave;
    bounds[ray * 2] = hit ? enter : -1;
    bounds[ray * 2 + 1] = hit ? leave : -2;
    if (hit) [first, last] = [Math.min(first, enter), Math.max(last, enter)];
  }
  if (first > last) return bounds.fill(1);
  for (let ray = 0; ray < rays.count; ray++) {
    if (bounds[ray * 2 + 1]! <= bounds[ray * 2]!) bounds.set([first, last], ray * 2);
  }
  return bounds;
}

/** The same bounds for every ray. */
export function fixedBounds(count: number, start: number, end: number): Float64Array {
  return Float64Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? start : end));
}

/**
 * The same rays cut to a box around the origin: what is left of a ray that misses it has no length, at `end`, and therefore
 * no weight. Twin: shaders/render/rays.wgsl, FLAG_CROP.
 * @param half half sides of the box, world units
 */
export function cropRays(rays: Rays, half: readonly [number, number, number], end: number): Rays {
  const bounds = rays.bounds.slice();
  for (let ray = 0; ray < rays.count; ray++) {
    const [enter, leave] = crossBox(rays, ray, half);
    const [first, last] = [Math.max(bounds[ray * 2]!, enter), Math.min(bounds[ray * 2 + 1]!, leave)];
    bounds.set(first < last ? [first, last] : [end, end], ray * 2);
  }
  return { ...rays, bounds };
}
