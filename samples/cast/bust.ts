import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateLathe } from '@babylonjs/core/Meshes/Builders/latheBuilder.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { paint } from './room.js';

/** Radius and height of a body's outline, from collar to hips; wide enough to hide the bits of clothing that heads have. */
const outline = [
  [0.115, -0.2],
  [0.15, -0.222],
  [0.21, -0.25],
  [0.265, -0.3],
  [0.31, -0.37],
  [0.33, -0.47],
  [0.315, -0.8],
  [0.3, -1.2],
  [0.31, -1.7],
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
  body.position.z = 0.06;
  body.scaling.set(1.06, 1, 0.72);
  body.isPickable = false;
  paint(body, Color3.FromArray(clothes[index % clothes.length]!));
  return node;
}
