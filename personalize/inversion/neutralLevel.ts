import type { LatentSpace } from './latentSpace.js';

/** Of the photos: so many that are alike show no expression, since of an expression each shows another amount. */
const share = 1 / 3;

/**
 * Where most values lie: the mean of the shortest interval that holds a third of them.
 * @param values at least one
 */
export function commonest(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const count = Math.max(1, Math.round(share * sorted.length));
  let first = 0;
  for (let i = 1; i + count <= sorted.length; i++) {
    if (sorted[i + count - 1]! - sorted[i]! < sorted[first + count - 1]! - sorted[first]!) first = i;
  }
  return sorted.slice(first, first + count).reduce((sum, value) => sum + value, 0) / count;
}

/**
 * Moves the anchors' expressions so that the commonest amount of each is none. Photos that are read beside what they share
 * show how much more or less they smile than all together; a person who smiles in half of them is not half a smile.
 * @param anchors v of each photo, [wDim] or [numWs, wDim]; changed in place
 * @param neutral coordinates of w that hold an expression, and what they hold without it
 */
export function levelExpressions(
  anchors: readonly Float32Array[],
  latent: LatentSpace,
  neutral: ReadonlyMap<number, number>,
): void {
  const { wDim } = latent.layout;
  const ws = anchors.map((v) => latent.toWs(v).data.slice(0, v.length));
  const rows = (anchors[0]?.length ?? 0) / wDim;
  for (const [index, value] of neutral) {
    const amounts = ws.map((w) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += w[row * wDim + index]! - value;
      return sum / rows;
    });
    const level = commonest(amounts);
    for (const w of ws) for (let row = 0; row < rows; row++) w[row * wDim + index]! -= level;
  }
  anchors.forEach((v, i) => {
    for (let row = 0; row < rows; row++) {
      v.set(latent.fromW(ws[i]!.subarray(row * wDim, (row + 1) * wDim)), row * wDim);
    }
  });
}
