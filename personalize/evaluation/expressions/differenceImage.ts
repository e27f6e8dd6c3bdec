import { ShapeError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { cosine } from '../../vectors.js';

/** What a change of expression does to a picture: after minus before. @throws ShapeError where the sizes differ */
export function differenceImage(before: Tensor, after: Tensor): Tensor {
  if (before.data.length !== after.data.length) {
    throw new ShapeError(
      'expressions/images',
      `differenceImage: expected images of one size, got ${before.data.length} and ${after.data.length} numbers.`,
    );
  }
  return { dims: before.dims, data: after.data.map((value, i) => value - before.data[i]!) };
}

/** Mean absolute value. */
export const changeOf = ({ data }: Tensor): number =>
  data.reduce((sum, value) => sum + Math.abs(value), 0) / data.length;

/** Cosine between two difference images: 1 where both change the same pixels in the same way; null where one does not change. */
export const alikeness = (a: Tensor, b: Tensor): number | null =>
  changeOf(a) > 0 && changeOf(b) > 0 ? cosine(a.data, b.data) : null;
