import type { Patch } from '../../../personalize/training/target.js';
import type { RenderedRays } from '../../../runtime/render/rayMarch.js';
import { hashed } from '../../gradient/scene.js';

/** Well below the 0.01 at which the structure's slope bends, well above float32's rounding of numbers near 1. */
const step = 1e-3;

/** Central differences of a function of float32 numbers, by the distance that they have after rounding. */
export function differences(values: Float32Array, loss: (values: Float32Array) => number): Float64Array {
  return Float64Array.from(values, (value, i) => {
    const [above, below] = [values.slice(), values.slice()];
    above[i] = value + step;
    below[i] = value - step;
    return (loss(above) - loss(below)) / (above[i] - below[i]);
  });
}

/** A whole photo of noise around grey. */
export function patchOf(side: number, masked: boolean): Patch {
  const count = side * side;
  const unit = (name: string, length: number): Float32Array => hashed(name, length, 0.2).map((value) => 0.5 + value);
  return {
    resolution: side,
    side,
    pixels: Uint32Array.from({ length: count }, (_, i) => i),
    color: unit('color', 3 * count),
    mask: masked ? unit('mask', count) : null,
    certainty: null,
  };
}

export const viewOf = (features: Float32Array, alpha: Float32Array): RenderedRays => ({
  features,
  alpha,
  depth: new Float32Array(alpha.length),
});
