import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { StereoscopicArcRotateCamera } from '@babylonjs/core/Cameras/Stereoscopic/stereoscopicArcRotateCamera.js';
import { VRDeviceOrientationFreeCamera } from '@babylonjs/core/Cameras/VR/vrDeviceOrientationFreeCamera.js';
import { WebXRCamera } from '@babylonjs/core/XR/webXRCamera.js';
import { WebXRSessionManager } from '@babylonjs/core/XR/webXRSessionManager.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Plane } from '@babylonjs/core/Maths/math.plane.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import { Scene } from '@babylonjs/core/scene.js';
import { canSeePicture, sightOf } from '../../../plugin/image/sight.js';
import { expectClose } from '../../harness/compare.js';

const engine = new NullEngine();
afterAll(() => engine.dispose());
const extent = { radius: 0.5, half: [0.5, 0.4, 0.5] } as const;
let scene: Scene;
let camera: FreeCamera;

beforeEach(() => {
  scene = new Scene(engine);
  camera = new FreeCamera('camera', new Vector3(0, 0, -2), scene);
  camera.fov = 2 * Math.atan(0.5);
});

test('the picture is as large as the sphere on the screen', () => {
  const { pixels, view } = sightOf(camera, Matrix.Identity(), extent, 400)!;
  // Tangent of the sphere's half opening, over that of the screen's.
  expect(pixels).toBeCloseTo((400 * (0.5 / Math.sqrt(4 - 0.25))) / 0.5, 6);
  expectClose(view.eye, [0, 0, 2], 1e-9, 'eye');
  camera.viewport = new Viewport(0, 0, 1, 0.5);
  expect(sightOf(camera, Matrix.Identity(), extent, 400)!.pixels).toBeCloseTo(pixels / 2, 6);
  // Twice as large and twice as far is the same.
  camera.viewport = new Viewport(0, 0, 1, 1);
  camera.position.z = -4;
  expect(sightOf(camera, Matrix.Scaling(2, 2, 2), extent, 400)!.pixels).toBeCloseTo(pixels, 6);
});

test.each([false, true])(
  'an orthographic camera looks from far along its own axis (right-handed: %s)',
  (rightHanded) => {
    scene.useRightHandedSystem = rightHanded;
    // A camera keeps the handedness it was made with.
    camera = new FreeCamera('camera', Vector3.Zero(), scene);
    camera.mode = Camera.ORTHOGRAPHIC_CAMERA;
    [camera.orthoLeft, camera.orthoRight, camera.orthoBottom, camera.orthoTop] = [-1, 1, -1, 1];
    camera.position.set(0.3, 0.2, rightHanded ? 2 : -2);
    camera.setTarget(new Vector3(0.3, 0.2, 0));
    const { pixels, view } = sightOf(camera, Matrix.Identity(), extent, 400)!;
    expect(pixels).toBeCloseTo(200, 3);
    expectClose(
      view.eye.map((value) => value / 500),
      [0, 0, 1],
      1e-6,
      'direction',
    );
  },
);

test('no sight of a head that is flat or nowhere', () => {
  expect(sightOf(camera, Matrix.Scaling(1, 0, 1), extent, 400)).toBeNull();
  expect(sightOf(camera, Matrix.Translation(NaN, 0, 0), extent, 400)).toBeNull();
});

test('clip planes need a mesh', () => {
  expect(canSeePicture(scene, camera)).toBe(true);
  scene.clipPlane3 = new Plane(0, 1, 0, 0);
  expect(canSeePicture(scene, camera)).toBe(false);
  scene.clipPlane3 = null;
});

// One picture from between the eyes would lie flat before both.
test.each<[string, () => Camera]>([
  [
    'a screen in two halves',
    () => {
      const eyes = new FreeCamera('halves', Vector3.Zero(), scene);
      eyes.setCameraRigMode(Camera.RIG_MODE_STEREOSCOPIC_SIDEBYSIDE_PARALLEL, { interaxialDistance: 0.064 });
      return eyes;
    },
  ],
  [
    'a stereoscopic camera',
    () => new StereoscopicArcRotateCamera('orbit', 0, 1, 2, Vector3.Zero(), 0.064, true, scene),
  ],
  ['a phone in a frame of lenses', () => new VRDeviceOrientationFreeCamera('lenses', Vector3.Zero(), scene)],
  ['WebXR', () => new WebXRCamera('xr', scene, new WebXRSessionManager(scene))],
])('%s needs a mesh, for both its eyes', (_what, make) => {
  const eyes = make();
  expect(eyes.rigCameras.length).toBeGreaterThan(0);
  for (const eye of [eyes, ...eyes.rigCameras]) expect(canSeePicture(scene, eye)).toBe(false);
  eyes.dispose();
  expect(canSeePicture(scene, camera)).toBe(true);
});
