import { describe, expect, test } from '@jest/globals';
import { fineLayout, windowStart } from '../../../../personalize/training/superresolution/fineLayout.js';
import { canCompareFine, fineTarget } from '../../../../personalize/training/superresolution/fineTarget.js';
import type { Photo } from '../../../../personalize/photos/photo.js';
import { orbitCamera } from '../../../../runtime/camera/lookAt.js';
import type { Base, SuperresolutionConfig } from '../../../../runtime/checkpoint/index.js';
import { HeadError } from '../../../../runtime/core/errors.js';
import { superresolutionGraph } from '../../../../runtime/network/superresolution.js';
import { hashed } from '../../../gradient/scene.js';
import { expectClose } from '../../../harness/compare.js';
import { fullBase, tiny2xBase } from '../../../network/hashWeights.js';
import { goldenTensorOf, repeatW, runGraph } from '../../../network/runGraph.js';
import { tinyBase } from '../../../network/tinyBase.js';

const config = (base: Base, changes: Partial<SuperresolutionConfig>, side?: number): Base => ({
  ...base,
  config: {
    ...base.config,
    superresolution: { ...base.config.superresolution!, ...changes },
    ...(side ? { neuralRenderingResolution: side } : {}),
  },
});

describe('a window’s inner part is super-resolved as in the whole image', () => {
  const bases: [string, () => Promise<Base>, number][] = [
    ['8X, enlarged first', tinyBase, 12],
    ['2X', tiny2xBase, 14],
    ['without resizing', async () => config(await tinyBase(), {}, 32), 12],
  ];
  test.each(bases)('%s', async (_, make, size) => {
    const base = await make();
    const layout = fineLayout(base, size);
    const { side, window, margin, inner, scale } = layout;
    expect([window, inner, margin > 0]).toEqual([size, size - 2 * margin, true]);
    const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
    const channels = 32;
    const all = hashed('features', channels * side * side, 0.5);
    const { image: whole } = await runGraph(superresolutionGraph(base), {
      ws,
      features: { dims: [1, channels, side, side], data: all },
    });
    // At the image's corners and within it.
    for (const first of [0, Math.floor((side - inner) / 2), side - inner]) {
      const start = windowStart(layout, first);
      const features = Float32Array.from({ length: channels * window * window }, (_, i) => {
        const [c, y, x] = [Math.floor(i / window / window), Math.floor(i / window) % window, i % window];
        return all[(c * side + start + y) * side + start + x]!;
      });
      const { image } = await runGraph(superresolutionGraph(base, { window }), {
        ws,
        features: { dims: [1, channels, window, window], data: features },
      });
      const part = (data: Float32Array, across: number, from: number): Float32Array =>
        Float32Array.from({ length: 3 * (inner * scale) ** 2 }, (_, i) => {
          const count = inner * scale;
          const [c, y, x] = [Math.floor(i / count / count), Math.floor(i / count) % count, i % count];
          return data[(c * across + from + y) * across + from + x]!;
        });
      const [own, expected] = [
        part(image!.data, window * scale, (first - start) * scale),
        part(whole!.data, side * scale, first * scale),
      ];
      expectClose(own, expected, 1e-4, `inner part from ${first}`);
    }
  });
});

describe('fineLayout', () => {
  test('the published size renders windows of 32² and compares 26² raw, 104² fine pixels', async () => {
    expect(fineLayout(await fullBase(), 32)).toEqual({ side: 128, window: 32, margin: 3, inner: 26, scale: 4 });
  });

  test('noise maps, reductions and small windows take the whole image', async () => {
    const base = await tinyBase();
    const whole = { side: 16, window: 16, margin: 0, inner: 16, scale: 8 };
    expect(fineLayout(base, 16)).toEqual(whole);
    expect(fineLayout(base, 9)).toEqual(whole);
    expect(fineLayout(config(base, { noiseMode: 'const' }), 12)).toEqual(whole);
    expect(fineLayout(config(base, {}, 48), 24).window).toBe(48);
  });

  test('refuses a base without super-resolution', async () => {
    const base = await tinyBase();
    const none: Base = { ...base, config: { ...base.config, superresolution: null } };
    expect(() => fineLayout(none, 32)).toThrow(HeadError);
  });
});

describe('photos', () => {
  const photo = (base: Base, side: number): Photo => ({
    name: 'a.jpg',
    camera: orbitCamera(base.config.camera, 0, 0),
    image: { dims: [3, side, side], data: hashed('photo', 3 * side * side, 0.3) },
    mask: null,
  });

  test('are compared where they are larger than the raw image, at a side that divides the fine one', async () => {
    const base = await tinyBase();
    const can = (...sides: number[]): boolean =>
      canCompareFine(
        base,
        sides.map((side) => photo(base, side)),
      );
    expect([can(16), can(31), can(32), can(100), can(300), can(64, 16)]).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(fineTarget(base, photo(base, 100)).levels.map(({ side }) => side)).toEqual([64, 32, 16]);
    expect(fineTarget(base, photo(base, 300)).levels[0]!.side).toBe(128);
    expect(canCompareFine({ ...base, config: { ...base.config, superresolution: null } }, [photo(base, 64)])).toBe(
      false,
    );
  });
});
