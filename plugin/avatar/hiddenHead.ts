import type { Bone } from '@babylonjs/core/Bones/bone.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import { Geometry } from '@babylonjs/core/Meshes/geometry.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { SubMesh } from '@babylonjs/core/Meshes/subMesh.pure.js';
import type { AvatarRig } from './avatarRig.js';
import { boneIn, headShares, skinOf } from './skinWeights.js';

/** A triangle is the head's where its corners hang on it by this much on average. */
const headShare = 0.5;

interface Range {
  readonly materialIndex: number;
  readonly verticesStart: number;
  readonly verticesCount: number;
  readonly indexStart: number;
  readonly indexCount: number;
}

const rangesOf = ({ subMeshes }: AbstractMesh): Range[] =>
  subMeshes.map(({ materialIndex, verticesStart, verticesCount, indexStart, indexCount }) => ({
    ...{ materialIndex, verticesStart, verticesCount, indexStart, indexCount },
  }));

function setRanges(mesh: Mesh, ranges: readonly Range[]): void {
  mesh.releaseSubMeshes();
  mesh.subMeshes = [];
  for (const { materialIndex, verticesStart, verticesCount, indexStart, indexCount } of ranges) {
    if (indexCount > 0) new SubMesh(materialIndex, verticesStart, verticesCount, indexStart, indexCount, mesh);
  }
}

/** A geometry without the triangles of its head. */
interface Headless {
  readonly geometry: Geometry;
  readonly ranges: readonly Range[];
  users: number;
}

/** All avatars of one file share it, as they share what they were made from. */
const headless = new WeakMap<Geometry, Map<string, Headless>>();

/** Triangles that stay, in the order they were in. */
interface Kept {
  readonly indices: number[];
  readonly ranges: readonly Range[];
}

function keptTriangles(indices: ArrayLike<number>, ranges: readonly Range[], shares: Float32Array): Kept {
  const kept: number[] = [];
  const left = ranges.map((range) => {
    const indexStart = kept.length;
    for (let i = range.indexStart; i + 2 < range.indexStart + range.indexCount; i += 3) {
      const [a, b, c] = [indices[i]!, indices[i + 1]!, indices[i + 2]!];
      if (shares[a]! + shares[b]! + shares[c]! <= 3 * headShare) kept.push(a, b, c);
    }
    return { ...range, indexStart, indexCount: kept.length - indexStart };
  });
  return { indices: kept, ranges: left };
}

/** What a mesh had before its head was taken off. */
type Restore = () => void;

const hide = (mesh: AbstractMesh): Restore => {
  const { isVisible } = mesh;
  mesh.isVisible = false;
  return () => {
    if (!mesh.isDisposed()) mesh.isVisible = isVisible;
  };
};

function takeGeometry(mesh: Mesh, source: Geometry, head: Bone, ranges: readonly Range[], left: Kept): Headless {
  const key = JSON.stringify([boneIn(mesh, head)?.getIndex(), ranges]);
  const known = headless.get(source) ?? new Map<string, Headless>();
  headless.set(source, known);
  let found = known.get(key);
  if (!found || found.geometry.isDisposed()) {
    const geometry = source.copy(`${source.id} without head ${Geometry.RandomId()}`);
    geometry.setIndices(left.indices, source.getTotalVertices());
    found = { geometry, ranges: left.ranges, users: 0 };
    known.set(key, found);
  }
  found.users++;
  return found;
}

function cut(mesh: Mesh, source: Geometry, head: Bone, before: readonly Range[], left: Kept): Restore {
  const taken = takeGeometry(mesh, source, head, before, left);
  taken.geometry.applyToMesh(mesh);
  setRanges(mesh, taken.ranges);
  return () => {
    if (!mesh.isDisposed() && !source.isDisposed() && mesh.geometry === taken.geometry) {
      source.applyToMesh(mesh);
      setRanges(mesh, before);
    }
    taken.users--;
    if (taken.users === 0 && !taken.geometry.isDisposed()) taken.geometry.dispose();
    // Babylon drops a geometry with its last mesh, which this one no longer was.
    if (mesh.isDisposed() && source.meshes.length === 0) source.dispose();
  };
}

/** Instances were turned away before. */
const isMesh = (mesh: AbstractMesh): mesh is Mesh => !mesh.isAnInstance;

function withoutHead(mesh: AbstractMesh, head: Bone): Restore | null {
  const skin = skinOf(mesh);
  const shares = skin && headShares(mesh, skin, head);
  const indices = mesh.getIndices();
  const source = mesh.geometry;
  if (!shares || !indices || !source || !isMesh(mesh)) return null;
  const ranges = rangesOf(mesh);
  const left = keptTriangles(indices, ranges, shares);
  if (left.indices.length === indices.length) return null;
  return left.indices.length === 0 ? hide(mesh) : cut(mesh, source, head, ranges, left);
}

/** Eyes, teeth or hair that stand on the head's bone without a skin. */
function standsOn(mesh: AbstractMesh, { head }: AvatarRig): boolean {
  const node = head.getTransformNode();
  for (let parent = mesh.parent; parent; parent = parent.parent) {
    if (parent === node || (parent as unknown) === head) return true;
  }
  return false;
}

/**
 * Takes an avatar's own head out of sight: what hangs on its head's bone by its weights, and what stands on that bone. Its
 * file, its geometry and other avatars of the same file stay as they are.
 * @param keep what is to be left on, such as a hat or glasses
 * @returns brings it all back
 */
export function hideHead(rig: AvatarRig, keep: (mesh: AbstractMesh) => boolean): Restore {
  const meshes = rig.root.getChildMeshes(false);
  const restores = [
    ...rig.skinned.filter((mesh) => !keep(mesh)).map((mesh) => withoutHead(mesh, rig.head)),
    ...meshes.filter((mesh) => !mesh.skeleton && standsOn(mesh, rig) && !keep(mesh)).map(hide),
  ];
  return () => restores.splice(0).forEach((restore) => restore?.());
}
