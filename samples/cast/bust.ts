import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateLathe } from '@babylonjs/core/Meshes/Builders/latheBuilder.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { paint } from './room.js';

/** Radius and height of a body's outline, from collar to hips; units of heads. */
const outline = [
  [0.125, -0.27],
  [0.15, -0.3],
  [0.26, -0.36],
  [0.36, -0.43],
  [0.4, -0.52],
  [0.385, -0.7],
  [0.35, -1.1],
  [0.36, -1.7],
] as const;

const clothes = [
  [0.22, 0.3, 0.42],
  [0.5, 0.24, 0.22],
  [0.28, 0.38, 0.3],
  [0.62, 0.56, 0.46],
  [0.36, 0.27, 0.42],
  [0.2, 0.22, 0.25],
  [0.55, 0.42, 0.24],
  [0.3, 0.44, 0.5],
] as const;

/** Shoulders in a pullover, below where a head ends. */
export function createBust(scene: Scene, index: number): TransformNode {
  const node = new TransformNode(`bust ${index}`, scene);
  const body = CreateLathe(
    `body ${index}`,
    { shape: outline.map(([r, y]) => new Vector3(r, y, 0)), tessellation: 32 },
    scene,
  );
  body.parent = node;
  body.position.z = 0.08;
  body.scaling.z = 0.6;
  body.isPickable = false;
  paint(body, Color3.FromArray(clothes[index % clothes.length]!));
  return node;
}
