import type { RenderedRays } from '../rayMarch.js';

/** Alphas between these are neither background nor solid. Constants of shaders/fast/edges.wgsl. */
const soft = { from: 0.01, to: 0.985 } as const;
/** Neighbours farther apart than this belong to two surfaces, world units. */
const depthStep = 0.03;

/**
 * The pixels that a baked volume gets wrong: half covered, or at a step in depth; and their four neighbours.
 * @param view a square picture
 * @returns pixels, in order
 * Twin: shaders/fast/edges.wgsl.
 */
export function edgePixels({ alpha, depth }: Pick<RenderedRays, 'alpha' | 'depth'>, side: number): Uint32Array {
  const around = (pixel: number): number[] => {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    return [
      ...(x > 0 ? [pixel - 1] : []),
      ...(x < side - 1 ? [pixel + 1] : []),
      ...(y > 0 ? [pixel - side] : []),
      ...(y < side - 1 ? [pixel + side] : []),
    ];
  };
  const isEdge = (pixel: number): boolean => {
    const own = alpha[pixel]!;
    if (own <= soft.from) return false;
    if (own < soft.to) return true;
    return around(pixel).some(
      (other) => alpha[other]! > soft.from && Math.abs(depth[other]! - depth[pixel]!) > depthStep,
    );
  };
  const chosen = new Uint8Array(alpha.length);
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    if (isEdge(pixel)) for (const other of [pixel, ...around(pixel)]) chosen[other] = 1;
  }
  return Uint32Array.from(chosen.keys()).filter((pixel) => chosen[pixel]);
}
