import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { compactMesh, type Mesh } from './mesh.js';

/** What a mesh keeps when it is simplified, besides its shape. */
export interface DecimateGuide {
  /** `[V, width]`: numbers whose changes over the surface are to stay visible. */
  readonly attributes: Float32Array;
  /** `[width]`: what a change of 1 is worth, in shares of the mesh's extent. */
  readonly weights: readonly number[];
}

/**
 * Fewer triangles, the corners of those that stay unmoved. By meshoptimizer.
 * @returns the mesh and, for each vertex left, its number before: [V]
 */
export async function decimate(
  { positions, indices }: Mesh,
  vertices: number,
  { attributes, weights }: DecimateGuide,
): Promise<{ readonly mesh: Mesh; readonly kept: Uint32Array }> {
  await MeshoptSimplifier.ready;
  // A closed surface has two triangles a vertex.
  const target = Math.min(indices.length, vertices * 6);
  const [simplified] = MeshoptSimplifier.simplifyWithAttributes(
    indices,
    positions,
    3,
    attributes,
    weights.length,
    [...weights],
    null,
    target,
    1,
    ['Regularize'],
  );
  return compactMesh({ positions, indices: simplified });
}
