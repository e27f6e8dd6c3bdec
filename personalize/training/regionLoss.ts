import type { RenderedRays } from '../../runtime/render/rayMarch.js';
import type { Loss } from './losses.js';
import type { Patch } from './target.js';

/** Side of a region, pixels. */
const regionSide = 8;
/** Keeps the slope of a deviation finite where a region is even: root of (variance + floor^2). */
const floor = 0.02;

/**
 * What a person is told by where a face is not compared pixel by pixel: colours and how much they vary, region by region,
 *   L = mean over regions and channels of (m render - m photo)^2 + (s render - s photo)^2,
 * m the mean of the region's 8 x 8 pixels, s = sqrt(variance + 0.02^2). Skin, beard, hair and freckles count; a feature may
 * lie some pixels beside its place in the photo. Channels: the premultiplied colours and, with a mask, alpha.
 * @param rendered features [channels, R]; further channels than three are left alone
 */
export function regionLoss(rendered: RenderedRays, patch: Patch): Pick<Loss, 'total' | 'gradients'> {
  const { side, color, mask } = patch;
  const area = side * side;
  const perAxis = Math.ceil(side / regionSide);
  const terms = perAxis * perAxis * (mask ? 4 : 3);
  const features = new Float32Array(3 * area);
  const alpha = new Float32Array(area);
  let total = 0;
  for (let channel = 0; channel < 3; channel++) {
    const of = (i: number): number => (rendered.features[channel * area + i]! + 1) / 2;
    // Half: by the renderer's -1..1.
    const add = (i: number, slope: number): void => void (features[channel * area + i] = slope / 2);
    total += channelLoss(side, terms, of, (i) => color[channel * area + i]!, add);
  }
  if (mask) {
    const add = (i: number, slope: number): void => void (alpha[i] = slope);
    total += channelLoss(
      side,
      terms,
      (i) => rendered.alpha[i]!,
      (i) => mask[i]!,
      add,
    );
  }
  return { total, gradients: { features, alpha } };
}

function channelLoss(
  side: number,
  terms: number,
  render: (pixel: number) => number,
  photo: (pixel: number) => number,
  slope: (pixel: number, value: number) => void,
): number {
  let sum = 0;
  for (let top = 0; top < side; top += regionSide) {
    for (let left = 0; left < side; left += regionSide) {
      const pixels: number[] = [];
      for (let y = top; y < Math.min(side, top + regionSide); y++) {
        for (let x = left; x < Math.min(side, left + regionSide); x++) pixels.push(y * side + x);
      }
      const [own, its] = [moments(pixels.map(render)), moments(pixels.map(photo))];
      const [byMean, byDeviation] = [own.mean - its.mean, own.deviation - its.deviation];
      sum += (byMean * byMean + byDeviation * byDeviation) / terms;
      for (const pixel of pixels) {
        const spread = (render(pixel) - own.mean) / own.deviation;
        slope(pixel, (2 * (byMean + byDeviation * spread)) / (pixels.length * terms));
      }
    }
  }
  return sum;
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance + floor * floor) };
}
