import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { PointLight } from '@babylonjs/core/Lights/pointLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import { CreatePlane } from '@babylonjs/core/Meshes/Builders/planeBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';

export function paint(mesh: Mesh, color: Color3, glow = 0): void {
  const material = new StandardMaterial(mesh.name, mesh.getScene());
  material.diffuseColor = color;
  material.emissiveColor = color.scale(glow);
  material.specularColor = Color3.Black();
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  mesh.material = material;
}

/** A room with a window's light from the left, a lamp, and a camera that a visitor moves. Units: about half a metre. */
export function createRoom(engine: AbstractEngine, canvas: HTMLCanvasElement): Scene {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0.2, 0.17, 0.16, 1);
  createCamera(scene, canvas);
  const sky = new HemisphericLight('sky', new Vector3(-0.4, 1, -0.7), scene);
  sky.intensity = 0.75;
  sky.groundColor = new Color3(0.35, 0.3, 0.27);
  const lamp = new PointLight('lamp', new Vector3(2.2, 1.6, 1), scene);
  lamp.diffuse = new Color3(1, 0.85, 0.65);
  lamp.intensity = 0.35;
  const ground = CreateGround('ground', { width: 12, height: 12 }, scene);
  ground.position.y = -2.6;
  paint(ground, new Color3(0.36, 0.26, 0.2));
  const wall = CreatePlane('wall', { width: 12, height: 6 }, scene);
  wall.position.set(0, 0.4, 2.2);
  paint(wall, new Color3(0.52, 0.47, 0.43));
  const panel = CreateBox('panel', { width: 12, height: 1.5, depth: 0.06 }, scene);
  panel.position.set(0, -1.5, 2.16);
  paint(panel, new Color3(0.3, 0.23, 0.19));
  createPictures(scene);
  return scene;
}

function createCamera(scene: Scene, canvas: HTMLCanvasElement): void {
  const camera = new ArcRotateCamera(
    'camera',
    -Math.PI / 2,
    Math.PI / 2 - 0.06,
    3.55,
    new Vector3(0, 0.02, 0.3),
    scene,
  );
  camera.fov = 0.62;
  camera.minZ = 0.05;
  camera.maxZ = 50;
  camera.lowerRadiusLimit = 0.8;
  camera.upperRadiusLimit = 6;
  camera.lowerAlphaLimit = -Math.PI / 2 - 1.1;
  camera.upperAlphaLimit = -Math.PI / 2 + 1.1;
  camera.lowerBetaLimit = 0.9;
  camera.upperBetaLimit = 1.75;
  camera.wheelDeltaPercentage = 0.01;
  camera.attachControl(canvas, true);
}

/** Something to hang on a wall: frames, one of them a window that glows. */
function createPictures(scene: Scene): void {
  const pictures = [
    { x: -1.55, width: 0.9, height: 1.1, color: new Color3(0.6, 0.7, 0.8), glow: 0.6 },
    { x: 0.1, width: 0.9, height: 0.55, color: new Color3(0.3, 0.42, 0.45), glow: 0 },
    { x: 1.6, width: 0.6, height: 0.8, color: new Color3(0.55, 0.32, 0.22), glow: 0 },
  ];
  pictures.forEach(({ x, width, height, color, glow }, i) => {
    const frame = CreateBox(`frame ${i}`, { width: width + 0.1, height: height + 0.1, depth: 0.04 }, scene);
    frame.position.set(x, 0.95, 2.17);
    paint(frame, new Color3(0.22, 0.16, 0.12));
    const picture = CreatePlane(`picture ${i}`, { width, height }, scene);
    picture.position.set(x, 0.95, 2.14);
    paint(picture, color, glow);
  });
}
