import type { CameraConfig } from '../checkpoint/config/config.js';
import { NumericError } from '../core/errors.js';
import { cross3, subtract3, type Vector3 } from '../core/vector3.js';
import type { Camera } from './camera.js';
import { expectGiven } from '../core/given.js';

function normalize(v: Vector3, what: string): Vector3 {
  const length = Math.hypot(...v);
  if (!(length > 1e-9)) throw new NumericError('camera/lookAt', `camera: ${what}. Move the camera.`);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** Normalised focal length of EG3D for a field of view in degrees, with the original's rounded constants. */
export function focalFromFov(degrees: number): number {
  if (!(degrees > 0 && degrees < 180)) {
    throw new NumericError(
      'camera/fov',
      `focalFromFov: expected more than 0 and less than 180 degrees, got ${degrees}.`,
    );
  }
  return 1 / (Math.tan((degrees * 3.14159) / 360) * 1.414);
}

/** Square pixels, principal point in the middle. */
export function intrinsicsFromFocal(focal: number): number[] {
  expectGiven('focal length', 'number', focal);
  return [focal, 0, 0.5, 0, focal, 0.5, 0, 0, 1];
}

/** Camera at `position` whose optical axis runs through `target`. */
export function lookAt(position: Vector3, target: Vector3, focal: number, up: Vector3 = [0, 1, 0]): Camera {
  for (const vector of [position, target, up]) expectGiven('lookAt', 'vector', vector);
  const forward = normalize(subtract3(target, position), 'it stands in the point it looks at');
  const right = normalize(cross3(forward, up), 'it looks straight up or down, where "right" is undefined');
  const down = cross3(forward, right);
  const row = (i: 0 | 1 | 2): number[] => [right[i], down[i], forward[i], position[i]];
  return { cam2world: [...row(0), ...row(1), ...row(2), 0, 0, 0, 1], intrinsics: intrinsicsFromFocal(focal) };
}

/**
 * EG3D's pose sampler without its randomness: a camera on a sphere around the origin, looking at the pivot.
 * @param yaw radians, 0 in front, positive towards the head’s own left (its +x)
 * @param pitch radians; the original maps it through arccos, so it is the angle only for small values
 */
export function orbitCamera(config: CameraConfig, yaw: number, pitch: number, radius?: number): Camera {
  expectGiven('orbitCamera', 'cameraConfig', config);
  expectGiven('orbitCamera: yaw', 'number', yaw);
  expectGiven('orbitCamera: pitch', 'number', pitch);
  const distance = radius ?? config.radius;
  const theta = Math.PI / 2 + yaw;
  const v = (Math.PI / 2 + pitch) / Math.PI;
  const phi = Math.acos(Math.min(1, Math.max(-1, 1 - 2 * v)));
  const position: Vector3 = [
    distance * Math.sin(phi) * Math.cos(Math.PI - theta),
    distance * Math.cos(phi),
    distance * Math.sin(phi) * Math.sin(Math.PI - theta),
  ];
  return lookAt(position, config.pivot, config.focal);
}

/** The pose EG3D conditions its mapping network on by default: straight in front. */
export function frontalCamera(config: CameraConfig): Camera {
  return orbitCamera(config, 0, 0);
}
