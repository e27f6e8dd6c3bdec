import type { Portrait } from '../../runtime/generator/headRenderer.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf, strided } from '../network/runGraph.js';

export const expected = (name: string) => goldenTensorOf('full_main', name).data;
export const within = (quantity: string) => tolerance(quantity, 'full');

/** What float16 loses of values as large as the largest of these. */
export function halfError(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * 2 ** -11;
}

/** Compares everything that the goldens keep of a view of the full-size network. */
export function expectPortrait(portrait: Portrait, view: string): void {
  const { image, imageRaw, features, depth, alpha } = portrait;
  const name = (array: string) => `${view}.${array}`;
  expectClose(strided(features, [1, 4, 4]).data, expected(name('features_hw_stride4')), within('feat'), 'features');
  expectClose(depth.data, expected(name('depth')), within('depth'), 'depth');
  expectClose(imageRaw.data, expected(name('image_raw')), within('raw'), 'image_raw');
  expectClose(strided(image, [1, 8, 8]).data, expected(name('image_hw_stride8')), within('image'), 'image');
  const whole = expected(name('image_f16'));
  expectClose(image.data, whole, within('image') + halfError(whole), 'every pixel');
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = mean(image.data);
  const spread = Math.sqrt(mean(image.data.map((value) => (value - middle) ** 2)));
  const bounds = (values: Float32Array) => [
    values.reduce((a, b) => Math.min(a, b)),
    values.reduce((a, b) => Math.max(a, b)),
  ];
  const stats = [middle, spread, ...bounds(image.data), mean(alpha.data), ...bounds(alpha.data)];
  expectClose(stats, expected(name('image_stats')), within('image'), 'image_stats');
}
