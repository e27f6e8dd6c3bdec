import type { Adjacency } from './mesh.js';

/**
 * Laplacian smoothing: every value becomes the mean of itself and its neighbours' mean, `steps` times.
 * @param values [V, width]
 * @returns [V, width]
 */
export function smoothOver(
  values: Float32Array,
  width: number,
  { starts, neighbours }: Adjacency,
  steps: number,
): Float32Array {
  let from = values;
  for (let step = 0; step < steps; step++) {
    const to = new Float32Array(values.length);
    for (let v = 0; v + 1 < starts.length; v++) {
      const [first, end] = [starts[v]!, starts[v + 1]!];
      for (let i = 0; i < width; i++) {
        let sum = 0;
        for (let n = first; n < end; n++) sum += from[neighbours[n]! * width + i]!;
        const own = from[v * width + i]!;
        to[v * width + i] = end > first ? (own + sum / (end - first)) / 2 : own;
      }
    }
    from = to;
  }
  return from;
}
