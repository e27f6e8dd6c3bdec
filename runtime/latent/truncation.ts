import { ShapeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { expectGiven } from '../core/given.js';

/**
 * One w for every layer, the first `cutoff` rows pulled towards the mean: wAvg + psi (w - wAvg).
 * Source: StyleGAN (Karras 2019) 3.2, appendix B.
 * @param w [wDim]
 * @param cutoff rows that are truncated; default all
 * @returns [numWs, wDim]
 */
export function broadcastW(
  w: Float32Array,
  numWs: number,
  wAvg: Float32Array,
  truncationPsi = 1,
  cutoff = numWs,
): Tensor {
  const wDim = wAvg.length;
  if (w.length !== wDim) {
    throw new ShapeError('latent/w', `w: expected [${wDim}], got ${w.length} numbers. Is it of another base?`);
  }
  if (!Number.isFinite(truncationPsi) || !Number.isInteger(cutoff) || cutoff < 0 || cutoff > numWs) {
    throw new ShapeError(
      'latent/truncation',
      `truncation: psi must be finite and the cutoff from 0 to ${numWs}, got ${truncationPsi} and ${cutoff}.`,
    );
  }
  const data = new Float32Array(numWs * wDim);
  for (let row = 0; row < numWs; row++) {
    const psi = row < cutoff ? truncationPsi : 1;
    for (let i = 0; i < wDim; i++) {
      const value = w[i]!;
      data[row * wDim + i] = psi === 1 ? value : wAvg[i]! + psi * (value - wAvg[i]!);
    }
  }
  return { dims: [numWs, wDim], data };
}

/** a + t (b - a), for ws or w of one base. */
export function mixLatents(a: Tensor, b: Tensor, t: number): Tensor {
  expectGiven('mixLatents', 'tensor', a);
  expectGiven('mixLatents', 'tensor', b);
  expectGiven('mixLatents: t', 'number', t);
  if (a.data.length !== b.data.length) {
    throw new ShapeError('latent/mix', `mix: ${a.data.length} and ${b.data.length} numbers. Take both from one base.`);
  }
  return { dims: a.dims, data: a.data.map((value, i) => value + t * (b.data[i]! - value)) };
}
