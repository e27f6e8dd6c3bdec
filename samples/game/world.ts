import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreateDisc } from '@babylonjs/core/Meshes/Builders/discBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';

function paint(mesh: Mesh, color: Color3): void {
  const material = new StandardMaterial(mesh.name, mesh.getScene());
  material.diffuseColor = color;
  material.specularColor = Color3.Black();
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  mesh.material = material;
}

/** Metres from the middle to where blocks stand. */
export const edge = 10.5;

export interface World {
  readonly scene: Scene;
  readonly camera: ArcRotateCamera;
}

/** A place under the sky, in metres, and a camera that is turned around whoever it follows. */
export function createWorld(engine: AbstractEngine, canvas: HTMLCanvasElement): World {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0.56, 0.7, 0.79, 1);
  const sky = new HemisphericLight('sky', new Vector3(0, 1, 0), scene);
  sky.intensity = 0.75;
  sky.groundColor = new Color3(0.45, 0.42, 0.38);
  const sun = new DirectionalLight('sun', new Vector3(0.4, -1, 0.5), scene);
  sun.intensity = 0.9;
  const ground = CreateDisc('ground', { radius: 30, tessellation: 48 }, scene);
  ground.rotation.x = Math.PI / 2;
  paint(ground, new Color3(0.31, 0.36, 0.25));
  const square = CreateDisc('square', { radius: 6, tessellation: 48 }, scene);
  square.rotation.x = Math.PI / 2;
  square.position.y = 0.01;
  paint(square, new Color3(0.47, 0.44, 0.39));
  for (let i = 0; i < 10; i++) {
    const angle = (2 * Math.PI * i) / 10;
    const height = 1.2 + ((i * 7) % 5) * 0.5;
    const block = CreateBox(`block ${i}`, { width: 2.4, height, depth: 1.4 }, scene);
    block.position.set(12 * Math.sin(angle), height / 2, 12 * Math.cos(angle));
    block.rotation.y = angle;
    paint(block, new Color3(0.55 + 0.03 * (i % 4), 0.46, 0.36 + 0.04 * (i % 3)));
  }
  const camera = new ArcRotateCamera('camera', -Math.PI / 2, 1.35, 3.4, new Vector3(0, 1.35, 0), scene);
  Object.assign(camera, { fov: 0.75, minZ: 0.05, maxZ: 80, lowerRadiusLimit: 0.7, upperRadiusLimit: 12 });
  Object.assign(camera, {
    lowerBetaLimit: 0.5,
    upperBetaLimit: 1.6,
    wheelDeltaPercentage: 0.01,
    panningSensibility: 0,
  });
  camera.inputs.removeByType('ArcRotateCameraKeyboardMoveInput');
  camera.attachControl(canvas, true);
  return { scene, camera };
}
