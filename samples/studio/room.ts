import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { ShadowGenerator } from '@babylonjs/core/Lights/Shadows/shadowGenerator.js';
import '@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent.js';
import { SpotLight } from '@babylonjs/core/Lights/spotLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import { CreateRibbon } from '@babylonjs/core/Meshes/Builders/ribbonBuilder.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';

/** Its height, below heads at the origin. Units: about half a metre. */
export const floor = -1.75;

/** From which the camera sees one person. */
const distance = 1.62;

/** A headRenderer's cove, lights of which one casts shadows, and a camera. All of it is saved with the scene. */
export function createRoom(engine: AbstractEngine): Scene {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0.07, 0.07, 0.08, 1);
  createCamera(scene);
  createLights(scene);
  createCove(scene);
  return scene;
}

function createCamera(scene: Scene): void {
  const target = new Vector3(0, -0.075, 0);
  const camera = new ArcRotateCamera('camera', -Math.PI / 2 + 0.1, Math.PI / 2 - 0.06, distance, target, scene);
  camera.fov = 0.55;
  camera.minZ = 0.05;
  camera.maxZ = 50;
  camera.lowerRadiusLimit = 0.6;
  camera.upperRadiusLimit = 5;
  camera.upperBetaLimit = 1.75;
  camera.wheelDeltaPercentage = 0.01;
}

/** Cones so wide, and so much brighter in the middle, that no edge of theirs is seen. */
function createSpot(scene: Scene, name: string, from: Vector3, to: Vector3, exponent: number): SpotLight {
  return new SpotLight(name, from, to.subtract(from).normalize(), 2.9, exponent, scene);
}

function createLights(scene: Scene): void {
  const sky = new HemisphericLight('sky', new Vector3(0.2, 1, -0.4), scene);
  sky.intensity = 0.5;
  sky.groundColor = new Color3(0.3, 0.28, 0.27);
  const key = createSpot(scene, 'key', new Vector3(-1.4, 1.5, -2), new Vector3(0, -0.25, 0.1), 6);
  key.diffuse = new Color3(1, 0.94, 0.86);
  key.intensity = 0.95;
  key.shadowMinZ = 0.8;
  key.shadowMaxZ = 7;
  key.shadowAngleScale = 0.55;
  // Few texels are soft ones.
  const shadows = new ShadowGenerator(256, key);
  shadows.usePercentageCloserFiltering = true;
  shadows.filteringQuality = ShadowGenerator.QUALITY_MEDIUM;
  shadows.bias = 0.01;
  shadows.normalBias = 0.02;
  shadows.darkness = 0.35;
  // On the wall behind, so that heads stand out from it.
  const halo = createSpot(scene, 'halo', new Vector3(0, 0.5, 0.7), new Vector3(0, 0, 2.4), 4);
  halo.diffuse = new Color3(0.95, 0.97, 1);
  halo.intensity = 0.55;
  const rim = createSpot(scene, 'rim', new Vector3(1.7, 0.8, 1), new Vector3(0, -0.3, 0), 8);
  rim.diffuse = new Color3(0.75, 0.85, 1);
  rim.intensity = 0.5;
}

/** Floor and wall in one sheet, without an edge between them. */
function createCove(scene: Scene): void {
  const [depth, bend, height] = [1.2, 1.2, 5];
  const profile: (readonly [number, number])[] = [[-5, floor]];
  for (let i = 0; i <= 24; i++) {
    const angle = (Math.PI / 2) * (i / 24);
    profile.push([depth + bend * Math.sin(angle), floor + bend * (1 - Math.cos(angle))]);
  }
  profile.push([depth + bend, height]);
  const pathArray = [-8, 8].map((x) => profile.map(([z, y]) => new Vector3(x, y, z)));
  const cove = CreateRibbon('cove', { pathArray, sideOrientation: Mesh.DOUBLESIDE }, scene);
  const paper = new StandardMaterial('paper', scene);
  paper.diffuseColor = new Color3(0.42, 0.43, 0.45);
  paper.specularColor = Color3.Black();
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  cove.material = paper;
  cove.receiveShadows = true;
  cove.isPickable = false;
}

/** Has a mesh cast shadows on whatever receives them. */
export function castShadow(mesh: AbstractMesh): void {
  for (const light of mesh.getScene().lights) {
    const generator = light.getShadowGenerator() as ShadowGenerator | null;
    if (!generator?.getShadowMap()?.renderList?.includes(mesh)) generator?.addShadowCaster(mesh, false);
  }
}

/** Has the camera see all of them. */
export function showAll(scene: Scene, heads: readonly Mesh[]): void {
  const camera = scene.activeCamera as ArcRotateCamera;
  const places = heads.map(({ position }) => position.x);
  const [left, right] = [Math.min(...places), Math.max(...places)];
  camera.target.x = (left + right) / 2;
  camera.radius = Math.max(camera.radius, distance + 0.7 * (right - left));
}
