import { neutralize, type Directions } from '../../runtime/latent/directions.js';

/** Takes expressions out of a w; without directions it leaves w as it is. */
export function neutralizer(directions: Directions | undefined): (w: Float32Array) => Float32Array {
  return directions ? (w) => neutralize({ dims: [1, w.length], data: w }, directions).data : (w) => w;
}
