import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Curve3 } from '@babylonjs/core/Maths/math.path.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateRibbon } from '@babylonjs/core/Meshes/Builders/ribbonBuilder.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { floor } from './room.js';

/**
 * Half width, half depth and height of rings from the inside of a wide collar, over the shoulders, to the floor. The collar
 * hides what heads have of clothing.
 */
const rings = [
  [0.13, 0.13, -0.36],
  [0.15, 0.145, -0.3],
  [0.18, 0.17, -0.268],
  [0.21, 0.195, -0.257],
  [0.235, 0.215, -0.268],
  [0.246, 0.222, -0.295],
  [0.242, 0.218, -0.325],
  [0.27, 0.225, -0.34],
  [0.34, 0.235, -0.362],
  [0.42, 0.24, -0.4],
  [0.475, 0.24, -0.46],
  [0.5, 0.24, -0.54],
  [0.5, 0.24, -0.7],
  [0.46, 0.23, -1],
  [0.42, 0.22, -1.4],
  [0.42, 0.22, floor],
] as const;
const corners = 48;

const wools = [
  [0.3, 0.37, 0.47],
  [0.5, 0.3, 0.26],
  [0.36, 0.43, 0.35],
  [0.62, 0.55, 0.45],
] as const;

/** What stays where it is when the head turns. */
const neckOf = (head: PersonalizedHeadMesh): TransformNode => head.poseNode.parent as TransformNode;

/** Shoulders in a pullover, unless the head has some: they go with the head, but do not turn with its pose. */
export function dress(head: PersonalizedHeadMesh, index: number): AbstractMesh {
  const name = `${head.name} pullover`;
  const worn = neckOf(head).getChildMeshes(true)[0];
  if (worn) return worn;
  const scene = head.getScene();
  const outline = Curve3.CreateCatmullRomSpline(
    rings.map(([width, depth, y]) => new Vector3(width, y, depth)),
    2,
  );
  const pathArray = outline.getPoints().map(({ x: width, y, z: depth }) =>
    Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners;
      return new Vector3(width * Math.cos(angle), y, depth * Math.sin(angle));
    }),
  );
  const body = CreateRibbon(name, { pathArray, closePath: true }, scene);
  body.position.copyFrom(head.position);
  body.position.z += 0.07;
  body.setParent(neckOf(head));
  body.receiveShadows = true;
  const material = new StandardMaterial(name, scene);
  material.diffuseColor = Color3.FromArray(wools[index % wools.length]!);
  material.specularColor = Color3.Black();
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  body.material = material;
  return body;
}
