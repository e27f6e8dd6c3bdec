import { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { Matrix } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { headFromWorld, headView, mirrorOf, type HeadExtent, type HeadView, type Point } from './headCamera.js';

/** How a camera sees a head. */
export interface Sight {
  readonly view: HeadView;
  /** Side of the head's picture on the camera's screen, pixels. */
  readonly pixels: number;
}

/** An orthographic camera is one from so many radii away: its rays differ by a thousandth. */
const orthographicDistance = 1000;

/** Can a head's picture be right for this camera? Otherwise its mesh must be shown. */
export function canSeePicture(scene: Scene, camera: Camera): boolean {
  const { clipPlane, clipPlane2, clipPlane3, clipPlane4, clipPlane5, clipPlane6 } = scene;
  const clipped = clipPlane ?? clipPlane2 ?? clipPlane3 ?? clipPlane4 ?? clipPlane5 ?? clipPlane6;
  const rig = camera.isRigCamera || camera.rigCameras.length > 0 || camera.cameraRigMode !== Camera.RIG_MODE_NONE;
  return !clipped && !rig;
}

/** Length of a unit of head space in world space, on average. */
function scaleOf(world: Matrix): number {
  return Math.cbrt(Math.abs(world.determinant()));
}

/** Where the rays come from, world space. */
function eyeOf(camera: Camera, world: ArrayLike<number>, reach: number, rightHanded: boolean): Point {
  const { x, y, z } = camera.globalPosition;
  if (camera.mode !== Camera.ORTHOGRAPHIC_CAMERA) return [x, y, z];
  const view = camera.getViewMatrix().asArray();
  // The camera looks along its +z, or -z where the scene is right-handed.
  const back = (rightHanded ? 1 : -1) * orthographicDistance * reach;
  return [world[12]! + back * view[2], world[13]! + back * view[6], world[14]! + back * view[10]];
}

/**
 * @param world of the head's node
 * @param screenHeight of what the camera draws into, pixels
 * @returns null where the head is flat, or its place or the camera's is no number
 */
export function sightOf(camera: Camera, world: Matrix, extent: HeadExtent, screenHeight: number): Sight | null {
  const scene = camera.getScene();
  // Brings the position up to date.
  camera.getViewMatrix();
  const matrix = world.asArray();
  const reach = extent.radius * scaleOf(world);
  const { useRightHandedSystem: rightHanded } = scene;
  const eye = headFromWorld(eyeOf(camera, matrix, reach, rightHanded), matrix, mirrorOf(rightHanded));
  if (!eye?.every(Number.isFinite)) return null;
  const view = headView(eye, extent);
  const perPixel = Math.abs(camera.getProjectionMatrix().asArray()[5]) * screenHeight * camera.viewport.height;
  const orthographic = camera.mode === Camera.ORTHOGRAPHIC_CAMERA;
  // Half the picture at distance 1, by the virtual camera's focal length.
  const half = orthographic ? reach : 0.5 / view.camera.intrinsics[0]!;
  const pixels = half * perPixel;
  return Number.isFinite(pixels) ? { view, pixels } : null;
}
