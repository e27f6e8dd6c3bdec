import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { keepWidth } from '../shared/sceneEngine.js';

/** A camera before a head at the origin, which it looks straight at. Units: about half a metre. */
export function createStage(engine: AbstractEngine, canvas: HTMLCanvasElement): Scene {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0.22, 0.25, 0.28, 1);
  const camera = new ArcRotateCamera('camera', -Math.PI / 2, Math.PI / 2, 1.3, Vector3.Zero(), scene);
  camera.fov = 0.6;
  camera.minZ = 0.05;
  camera.maxZ = 20;
  camera.lowerRadiusLimit = 0.6;
  camera.upperRadiusLimit = 4;
  camera.wheelDeltaPercentage = 0.01;
  camera.attachControl(canvas, true);
  keepWidth(camera, 1);
  new HemisphericLight('light', new Vector3(0.2, 1, -0.6), scene);
  return scene;
}
