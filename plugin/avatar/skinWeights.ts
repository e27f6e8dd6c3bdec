import type { Bone } from '@babylonjs/core/Bones/bone.js';
import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import { hangsOn, sameJoint } from './avatarRig.js';

/** What bends a mesh: four or eight bones a vertex. */
export interface Skin {
  /** [V, 3] */
  readonly positions: ArrayLike<number>;
  /** Pairs of [V, 4] bones and weights. */
  readonly parts: readonly { readonly bones: ArrayLike<number>; readonly weights: ArrayLike<number> }[];
}

const kinds = [
  [VertexBuffer.MatricesIndicesKind, VertexBuffer.MatricesWeightsKind],
  [VertexBuffer.MatricesIndicesExtraKind, VertexBuffer.MatricesWeightsExtraKind],
] as const;

/** null where a mesh has a skeleton but no weights. */
export function skinOf(mesh: AbstractMesh): Skin | null {
  const positions = mesh.getVerticesData(VertexBuffer.PositionKind);
  const parts = kinds.flatMap(([indices, values]) => {
    const [bones, weights] = [mesh.getVerticesData(indices), mesh.getVerticesData(values)];
    return bones && weights ? [{ bones, weights }] : [];
  });
  return positions && parts.length > 0 ? { positions, parts } : null;
}

/** Every skeleton of a file has bones of its own for the same joints. */
export function boneIn(mesh: AbstractMesh, bone: Bone): Bone | null {
  const { skeleton } = mesh;
  if (!skeleton || skeleton === bone.getSkeleton()) return bone;
  return (
    skeleton.bones.find((other) => sameJoint(other, bone)) ??
    skeleton.bones.find(({ name }) => name === bone.name) ??
    null
  );
}

/** How much of every vertex hangs on a bone and what hangs on that, 0..1, [V]; null where the mesh does not know the bone. */
export function headShares(mesh: AbstractMesh, { positions, parts }: Skin, bone: Bone): Float32Array | null {
  const own = boneIn(mesh, bone);
  if (!own) return null;
  const wanted = new Set(mesh.skeleton!.bones.filter((other) => hangsOn(other, own)).map((other) => other.getIndex()));
  const shares = new Float32Array(positions.length / 3);
  const sums = new Float32Array(shares.length);
  for (const { bones, weights } of parts) {
    for (let i = 0; i < weights.length; i++) {
      sums[i >> 2]! += weights[i]!;
      if (wanted.has(Math.round(bones[i]!))) shares[i >> 2]! += weights[i]!;
    }
  }
  return shares.map((share, v) => (sums[v]! > 0 ? share / sums[v]! : 0));
}
