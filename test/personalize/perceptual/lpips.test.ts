import { describe, expect, test } from '@jest/globals';
import { Lpips } from '../../../personalize/perceptual/lpips.js';
import { lpipsNetwork, readLpips } from '../../../personalize/perceptual/lpipsNetwork.js';
import { bytesSource } from '../../../runtime/checkpoint/byteSource.js';
import { encodeValues, planSafetensors } from '../../../runtime/checkpoint/safetensors/safetensorsEncode.js';
import { ShapeError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { hashed } from '../../gradient/scene.js';
import { cpu } from '../../network/runGraph.js';
import { tinyNetwork } from './networks.js';
import { doubled, plainLpips } from './plainLpips.js';

const variants = ['alex', 'vgg16'] as const;
const imageOf = (name: string, side: number): Tensor => ({
  dims: [3, side, side],
  data: hashed(name, 3 * side * side, 0.4),
});
const exact = ({ data }: Tensor): Float64Array => Float64Array.from(data);

function fileOf(tensors: ReadonlyMap<string, Tensor>): Uint8Array<ArrayBuffer> {
  const plan = planSafetensors(
    [...tensors].map(([name, { dims }]) => ({ name, dims })),
    'F32',
    new Map(),
  );
  const bytes = new Uint8Array(plan.size);
  bytes.set(plan.header);
  for (const [name, tensor] of tensors) bytes.set(encodeValues(name, tensor, 'F32'), plan.offsets.get(name));
  return bytes;
}

describe.each(variants)('LPIPS on %s', (variant) => {
  const tensors = tinyNetwork(variant);
  const open = async (): Promise<Lpips> => new Lpips(await cpu(), await lpipsNetwork(tensors));

  test('the distance is that of loops in float64; 65 pixels leave a row over', async () => {
    const lpips = await open();
    for (const side of [64, 65]) {
      const [a, b] = [imageOf('a', side), imageOf('b', side)];
      const distance = await lpips.distance(a, await lpips.reference(b));
      expect(distance / plainLpips(tensors, variant, exact(a), exact(b))).toBeCloseTo(1, 5);
      expect(await lpips.distance(a, await lpips.reference(a))).toBeLessThan(1e-6);
    }
    await lpips.dispose();
  });

  test('a small image counts as its enlargement', async () => {
    const lpips = await open();
    const [a, b] = [imageOf('a', 32), imageOf('b', 32)];
    const distance = await lpips.distance(a, await lpips.reference(b));
    expect(distance / plainLpips(tensors, variant, doubled(exact(a), 32), doubled(exact(b), 32))).toBeCloseTo(1, 5);
    await lpips.dispose();
  });

  test('its gradient is that of finite differences of the loops', async () => {
    const lpips = await open();
    const [a, b] = [imageOf('a', 64), imageOf('b', 64)];
    const { distance, gradient } = await lpips.slope(a, await lpips.reference(b));
    expect(distance).toBeCloseTo(await lpips.distance(a, await lpips.reference(b)), 6);
    const step = 1e-6;
    // Along the gradient, along its large entries alone, and along noise.
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const directions = [
      gradient.map((value) => value / largest),
      gradient.map((value) => (Math.abs(value) > largest / 2 ? Math.sign(value) : 0)),
      hashed('direction', gradient.length),
    ];
    for (const direction of directions) {
      const at = (move: number): number =>
        plainLpips(
          tensors,
          variant,
          exact(a).map((value, i) => value + move * direction[i]!),
          exact(b),
        );
      const difference = (at(step) - at(-step)) / (2 * step);
      const analytic = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const size = Math.hypot(...gradient) * Math.hypot(...direction);
      expect(Math.abs(analytic - difference) / size).toBeLessThan(1e-5);
    }
    await lpips.dispose();
  });

  test('an image of one colour, whose activations may all be 0, has a finite gradient', async () => {
    const dark = new Map(
      [...tensors].map(([name, tensor]) => [
        name,
        name === 'features.0.bias' ? { ...tensor, data: tensor.data.map(() => -100) } : tensor,
      ]),
    );
    const lpips = new Lpips(await cpu(), await lpipsNetwork(dark));
    const { distance, gradient } = await lpips.slope(imageOf('a', 64), await lpips.reference(imageOf('b', 64)));
    expect([distance, gradient.every(Number.isFinite)]).toEqual([0, true]);
    await lpips.dispose();
  });

  test('is read from one file or two, under either package’s names, with other tensors beside', async () => {
    const { hash } = await lpipsNetwork(tensors);
    const more = new Map([...tensors, ['classifier.1.bias', { dims: [2], data: new Float32Array(2) }]]);
    const whole = await readLpips(bytesSource(fileOf(more)));
    expect([whole.variant, whole.hash]).toEqual([variant, hash]);
    const part = (pattern: RegExp, rename: (name: string) => string): Uint8Array<ArrayBuffer> =>
      fileOf(
        new Map([...tensors].filter(([name]) => pattern.test(name)).map(([name, tensor]) => [rename(name), tensor])),
      );
    const features = part(/^features/, (name) => name.replace('features', 'net.slice3'));
    const heads = part(/^lin/, (name) => name.replace('lin', 'lins.'));
    expect((await readLpips(bytesSource(features), bytesSource(heads))).hash).toBe(hash);
    await expect(readLpips(bytesSource(features))).rejects.toThrow(/lin0\.model\.1\.weight: expected .* got none/);
  });

  test('refuses images of another side, and what is no image', async () => {
    const lpips = await open();
    const reference = await lpips.reference(imageOf('a', 64));
    await expect(lpips.distance(imageOf('a', 65), reference)).rejects.toThrow(ShapeError);
    await expect(lpips.reference({ dims: [3, 8, 4], data: new Float32Array(96) })).rejects.toThrow(/\[3, 8, 4\]/);
    await lpips.dispose();
  });
});

describe('what is no LPIPS network is refused with its reason', () => {
  const tensors = tinyNetwork('alex');
  const changed = (name: string, dims: readonly number[]): Map<string, Tensor> =>
    new Map([...tensors, [name, { dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)) }]]);

  test.each([
    [
      'another first kernel',
      changed('features.0.weight', [4, 3, 7, 7]),
      /AlexNet's .* or VGG16's .* got \[4, 3, 7, 7\]/,
    ],
    [
      'layers that do not chain',
      changed('features.3.weight', [5, 3, 5, 5]),
      /expected \[O, 4, 5, 5\], got \[5, 3, 5, 5\]/,
    ],
    ['a head of other channels', changed('lin2.model.1.weight', [1, 7, 1, 1]), /lin2.*expected \[1, 6, 1, 1\]/],
    ['nothing', new Map<string, Tensor>(), /features\.0\.weight: expected a tensor of that name, got none/],
  ])('%s', async (_, wrong, message) => {
    await expect(lpipsNetwork(wrong)).rejects.toThrow(message);
  });
});
