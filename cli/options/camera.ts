import { type CameraConfig, cameraNumbers } from 'babylon-personalized-head/command';
import { type Camera, cameraFromLabel, orbitCamera, ShapeError } from 'babylon-personalized-head/runtime';

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
