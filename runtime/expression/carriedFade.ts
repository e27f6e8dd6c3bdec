import type { Base } from '../checkpoint/base/base.js';
import type { Tensor } from '../core/tensor.js';
import { baseAtRest } from './carriedGraph.js';
import { carryAlong, frontPlanes, type PlaneFlow } from './planeMotion.js';

/**
 * How a face moves, with what is carried faded where the bare base shows something new: `carriedGraph`'s fade on the CPU, for
 * what is learned from.
 * @param before planes of the bare base at rest, [1, 3 C, S, S]
 * @param after the same with the expression, [3 C, S, S]
 * @returns as `flows`, each texel's `shown` times its fade
 */
export function fadedFlows(
  base: Pick<Base, 'config'>,
  before: Tensor,
  after: Float32Array,
  flows: readonly PlaneFlow[],
): PlaneFlow[] {
  const side = before.dims.at(-1)!;
  const area = side * side;
  const channels = before.data.length / (3 * area);
  const front = frontPlanes(base).map(({ plane }) => plane);
  const { strictness } = baseAtRest(before, front);
  const whole = flows.map((flow) => ({ ...flow, shown: flow.shown.map(() => 1) }));
  const moved = carryAlong(before.data, whole, side);
  return flows.map((flow) => {
    const square = new Float32Array(area);
    for (let c = flow.plane * channels; c < (flow.plane + 1) * channels; c++) {
      for (let i = 0; i < area; i++) square[i]! += (after[c * area + i]! - moved[c * area + i]!) ** 2;
    }
    const fade = meanOfNine(square, side).map((value) => 1 / (1 + (strictness * value) ** 2));
    return { ...flow, shown: flow.shown.map((value, i) => value * fade[i]!) };
  });
}

/** Means over 3 x 3 texels; beyond the edge is nothing. */
function meanOfNine(values: Float32Array, side: number): Float32Array {
  return values.map((_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    let sum = 0;
    for (let row = Math.max(0, y - 1); row <= Math.min(side - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(side - 1, x + 1); column++) {
        sum += values[row * side + column]!;
      }
    }
    return sum / 9;
  });
}
