import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { OrbitParameters } from './parameters.js';

export interface Stage {
  readonly scene: Scene;
  readonly box: Mesh;
}

function paint(mesh: Mesh, color: Color3): void {
  const material = new StandardMaterial(mesh.name, mesh.getScene());
  material.diffuseColor = color;
  material.specularColor = Color3.Black();
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  mesh.material = material;
}

/** Camera, light, ground and a green box, for a head around the origin. Units: about half a metre. */
export function createStage(engine: AbstractEngine, canvas: HTMLCanvasElement): Stage {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0.36, 0.44, 0.55, 1);
  const camera = new ArcRotateCamera('camera', -Math.PI / 2, Math.PI / 2 - 0.05, 1.3, Vector3.Zero(), scene);
  camera.fov = 0.6;
  camera.minZ = 0.05;
  camera.maxZ = 50;
  camera.lowerRadiusLimit = 0.5;
  camera.upperRadiusLimit = 6;
  camera.wheelDeltaPercentage = 0.01;
  camera.attachControl(canvas, true);
  new HemisphericLight('light', new Vector3(0.3, 1, -0.4), scene);
  const ground = CreateGround('ground', { width: 4, height: 4 }, scene);
  ground.position.y = -0.332;
  paint(ground, new Color3(0.42, 0.4, 0.38));
  const box = CreateBox('box', { size: 0.16 }, scene);
  paint(box, new Color3(0.05, 0.9, 0.1));
  return { scene, box };
}

/** Along the line of sight: the head faces -z. */
const distances = { front: -0.35, inside: -0.06, behind: 0.6 };

/** Moves the box, or takes it away. */
export function placeBox(box: Mesh, place: OrbitParameters['box']): void {
  box.setEnabled(place !== 'none');
  if (place !== 'none') box.position.z = distances[place];
}
