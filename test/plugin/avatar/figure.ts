import { Bone } from '@babylonjs/core/Bones/bone.js';
import { Skeleton } from '@babylonjs/core/Bones/skeleton.js';
import { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** Names of a rig's bones, as its files have them. */
export interface RigNames {
  readonly hips: string;
  readonly chest: string;
  readonly neck: string;
  readonly head: string;
  readonly end?: string;
  readonly leftArm: string;
  readonly rightArm: string;
  readonly eyes?: readonly [string, string];
}

export const mixamo: RigNames = {
  ...{ hips: 'mixamorig:Hips', chest: 'mixamorig:Spine2', neck: 'mixamorig:Neck', head: 'mixamorig:Head' },
  ...{ end: 'mixamorig:HeadTop_End', leftArm: 'mixamorig:LeftArm', rightArm: 'mixamorig:RightArm' },
};

export interface FigureOptions {
  readonly names?: RigNames;
  /** As glTF files come: bones follow nodes. false: bones alone, as Babylon's own files. Default true. */
  readonly linked?: boolean;
  /** Of the figure's own units in a metre: 100 as Mixamo's. Default 1. */
  readonly unit?: number;
  /** How far from the middle the joints of the eyes are, as a share of where eyes are. Default 1. */
  readonly eyes?: number;
}

export interface Figure {
  readonly root: TransformNode;
  readonly body: Mesh;
  readonly skeleton: Skeleton;
  readonly bone: (name: string) => Bone;
  /** Turns a joint beyond its rest, about an axis of the figure's own space. */
  readonly turn: (name: string, axis: Vector3, angle: number) => void;
  /** Where a point of the skin that hangs on one bone alone is now, world space, as a shader would bend it. */
  readonly skinned: (name: string, point: Vector3) => Vector3;
}

/** Where the figure's own joints are, metres: it faces +z, its left is at +x, and y is up, as glTF wants it. */
export const places = {
  hips: new Vector3(0, 1, 0),
  chest: new Vector3(0, 1.3, -0.02),
  neck: new Vector3(0, 1.46, -0.03),
  head: new Vector3(0, 1.55, 0),
  end: new Vector3(0, 1.75, 0.01),
  leftArm: new Vector3(0.2, 1.4, 0),
  rightArm: new Vector3(-0.2, 1.4, 0),
  leftEye: new Vector3(0.031, 1.634, 0.085),
  rightEye: new Vector3(-0.031, 1.634, 0.085),
};

/** Joints of a file stand anyhow. */
const rests: Readonly<Record<string, Quaternion>> = {
  hips: Quaternion.FromEulerAngles(0.1, 0.4, -0.2),
  chest: Quaternion.FromEulerAngles(-0.3, 0.2, 0.1),
  neck: Quaternion.FromEulerAngles(0.2, -0.5, 0.3),
  head: Quaternion.FromEulerAngles(-0.1, 0.9, 0.2),
};

const joints = (names: RigNames, eyes = 1): { key: string; name: string; parent: string | null; place: Vector3 }[] => [
  { key: 'hips', name: names.hips, parent: null, place: places.hips },
  { key: 'chest', name: names.chest, parent: names.hips, place: places.chest },
  { key: 'neck', name: names.neck, parent: names.chest, place: places.neck },
  { key: 'head', name: names.head, parent: names.neck, place: places.head },
  { key: 'leftArm', name: names.leftArm, parent: names.chest, place: places.leftArm },
  { key: 'rightArm', name: names.rightArm, parent: names.chest, place: places.rightArm },
  ...(names.end ? [{ key: 'end', name: names.end, parent: names.head, place: places.end }] : []),
  ...(names.eyes ?? []).map((name, i) => ({
    ...{
      key: 'eye',
      name,
      parent: names.head,
      place: (i === 0 ? places.leftEye : places.rightEye).multiplyByFloats(eyes, 1, 1),
    },
  })),
];

/** One triangle a joint, at the joint, each corner on that joint alone; and one between neck and head, half on each. */
function skinOfFigure(names: RigNames, unit: number, eyes?: number): VertexData {
  const data = new VertexData();
  const all = joints(names, eyes);
  const corners = all.flatMap(({ place, name }, i) =>
    [0, 1, 2].map((corner) => ({
      place: place.add(new Vector3(corner === 1 ? 0.03 : 0, corner === 2 ? 0.03 : 0, 0.01)),
      bones: [i, 0, 0, 0],
      weights: [1, 0, 0, 0],
      name,
    })),
  );
  const [neck, head] = [all.findIndex(({ key }) => key === 'neck'), all.findIndex(({ key }) => key === 'head')];
  for (let corner = 0; corner < 3; corner++) {
    const place = new Vector3(0.01 * corner, 1.5, 0);
    corners.push({ place, bones: [neck, head, 0, 0], weights: [0.6, 0.4, 0, 0], name: names.neck });
  }
  data.positions = corners.flatMap(({ place }) => place.scale(unit).asArray());
  data.indices = corners.map((_, i) => i);
  data.normals = corners.flatMap(() => [0, 0, 1]);
  data.uvs = corners.flatMap(() => [0.5, 0.5]);
  data.matricesIndices = corners.flatMap(({ bones }) => bones);
  data.matricesWeights = corners.flatMap(({ weights }) => weights);
  return data;
}

/** A figure as Babylon's glTF loader makes them (or its own files), with a skin of single triangles. */
export function createFigure(scene: Scene, options: FigureOptions = {}): Figure {
  const { names = mixamo, linked = true, unit = 1, eyes } = options;
  const root = new TransformNode('__root__', scene);
  if (linked && !scene.useRightHandedSystem) {
    root.rotationQuaternion = Quaternion.RotationAxis(Vector3.Up(), Math.PI);
    root.scaling.z = -1;
  }
  const armature = new TransformNode('Armature', scene);
  armature.parent = root;
  armature.scaling.setAll(1 / unit);
  const skeleton = new Skeleton('skeleton', 'skeleton', scene);
  const worlds = new Map<string, Matrix>();
  const rest = new Map<string, Quaternion>();
  const nodes = new Map<string, TransformNode>();
  joints(names, eyes).forEach(({ key, name, parent, place }, index) => {
    const world = Matrix.Compose(Vector3.One(), rests[key] ?? Quaternion.Identity(), place.scale(unit));
    worlds.set(name, world);
    const local = parent === null ? world : world.multiply(Matrix.Invert(worlds.get(parent)!));
    const above = parent === null ? null : skeleton.bones.find((bone) => bone.name === parent)!;
    const bone = new Bone(name, skeleton, above, local.clone(), null, local.clone(), index);
    const [scaling, turn, position] = [Vector3.One(), Quaternion.Identity(), Vector3.Zero()];
    local.decompose(scaling, turn, position);
    rest.set(name, turn);
    if (!linked) return;
    const node = new TransformNode(name, scene);
    node.parent = parent === null ? armature : nodes.get(parent)!;
    node.position = position;
    node.rotationQuaternion = turn.clone();
    nodes.set(name, node);
    bone.linkTransformNode(node);
  });
  const body = new Mesh('body', scene);
  skinOfFigure(names, unit, eyes).applyToMesh(body);
  body.parent = armature;
  body.skeleton = skeleton;
  const material = new PBRMaterial('Wolf3D_Body', scene);
  material.albedoColor = new Color3(0.5, 0.25, 0.2);
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  body.material = material;
  const bone = (name: string): Bone => skeleton.bones.find((other) => other.name === name)!;
  return {
    ...{ root, body, skeleton, bone },
    turn: (name, axis, angle) => {
      const found = bone(name);
      const parent = found.getParent();
      const above = parent
        ? Quaternion.FromRotationMatrix(worlds.get(parent.name)!.getRotationMatrix())
        : Quaternion.Identity();
      const wanted = above
        .conjugate()
        .multiply(Quaternion.RotationAxis(axis, angle))
        .multiply(above)
        .multiply(rest.get(name)!);
      const node = nodes.get(name);
      if (node) node.rotationQuaternion = wanted;
      else found.rotationQuaternion = wanted;
    },
    skinned: (name, point) => {
      const found = bone(name);
      // A ragdoll takes bones away from their nodes.
      const node = found.getTransformNode();
      const now = node
        ? node.computeWorldMatrix(true)
        : found.getAbsoluteMatrix().multiply(body.computeWorldMatrix(true));
      return Vector3.TransformCoordinates(point.scale(unit), found.getAbsoluteInverseBindMatrix().multiply(now));
    },
  };
}
