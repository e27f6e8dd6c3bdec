import { ShapeError } from '../../../runtime/core/errors.js';

/**
 * Area under the ROC curve of a distance: the probability that a pair of the same person is nearer than a pair of
 * different people; ties count half (Mann and Whitney 1947).
 * @returns 0..1; 0.5 says that the distance tells nothing
 * @throws ShapeError where one of the two is empty
 */
export function distanceAuc(same: readonly number[], different: readonly number[]): number {
  if (same.length === 0 || different.length === 0) {
    throw new ShapeError(
      'auc/empty',
      `distanceAuc: expected pairs of both kinds, got ${same.length} of the same person and ${different.length} of others.`,
    );
  }
  const all = [...same.map((value) => ({ value, own: true })), ...different.map((value) => ({ value, own: false }))];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let i = 0; i < all.length;) {
    let end = i;
    while (end < all.length && all[end]!.value === all[i]!.value) end++;
    // Equal values share the mean of their ranks, i + 1 .. end.
    for (let k = i; k < end; k++) if (all[k]!.own) ranks += (i + 1 + end) / 2;
    i = end;
  }
  return 1 - (ranks - (same.length * (same.length + 1)) / 2) / (same.length * different.length);
}
