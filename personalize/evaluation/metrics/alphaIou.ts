import { expectDims, type Tensor } from '../../../runtime/core/tensor.js';

/**
 * How well two silhouettes agree: pixels that both cover over pixels that either covers, where a pixel is covered
 * from one half on.
 * @param a [1, H, W] coverage 0..1
 * @param b as `a`
 * @returns 0..1; 1 where both are empty
 * @throws ShapeError where sizes differ
 */
export function alphaIou(a: Tensor, b: Tensor): number {
  expectDims(a, [1, null, null], 'alphaIou: first');
  expectDims(b, a.dims, 'alphaIou: second');
  let [both, either] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const [inA, inB] = [a.data[i]! >= 0.5, b.data[i]! >= 0.5];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? 1 : both / either;
}
