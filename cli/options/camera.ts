import { cameraFromLabel, cameraNumbers, type Camera } from '../../runtime/camera/camera.js';
import { orbitCamera } from '../../runtime/camera/lookAt.js';
import type { CameraConfig } from '../../runtime/checkpoint/config.js';
import { ShapeError } from '../../runtime/core/errors.js';

/** Reads CAMERA: 25 numbers, or `yaw,pitch[,radius]` in radians. */
export function parseCamera(text: string, config: CameraConfig, where: string): Camera {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.length === cameraNumbers) return cameraFromLabel(values, where);
  if ((values.length !== 2 && values.length !== 3) || values.some((value) => !Number.isFinite(value))) {
    throw new ShapeError(
      'camera/size',
      `${where}: expected 25 numbers, or yaw,pitch[,radius] in radians, got "${text}".`,
    );
  }
  const [yaw, pitch, radius] = values as [number, number, number?];
  return orbitCamera(config, yaw, pitch, radius);
}
