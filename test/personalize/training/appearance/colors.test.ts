import { describe, expect, test } from '@jest/globals';
import {
  applyColors,
  colorsBackward,
  identityTransform,
} from '../../../../personalize/training/appearance/colorTransform.js';
import { PhotoColors } from '../../../../personalize/training/appearance/photoColors.js';
import type { PhotoView } from '../../../../personalize/training/appearance/photoView.js';
import { compare } from '../../../../personalize/training/objective.js';
import { patchLoss } from '../../../../personalize/training/losses.js';
import { hashed, relative } from '../../../gradient/scene.js';
import { differences, patchOf, viewOf } from '../patches.js';

const side = 8;
const area = side * side;
const weights = { color: 0.7, alpha: 0.4, structure: 1.3, solid: 0.1 };
const alphaOf = (name: string): Float32Array => hashed(name, area, 0.2).map((value) => 0.6 + value);
/** Premultiplied colours. */
const viewOfHead = (name: string) => {
  const alpha = alphaOf(`${name} alpha`);
  const colors = hashed(name, 3 * area, 0.4);
  return viewOf(
    colors.map((value, i) => 2 * alpha[i % area]! * (0.5 + value) - 1),
    alpha,
  );
};
const tint = Float32Array.of(1.2, 0.05, -0.02, 0.03, 0.01, 0.9, 0.04, -0.05, -0.03, 0.02, 0.7, 0.1);
const photoOf = (name: string, transform: Float32Array): Float32Array =>
  applyColors(viewOfHead(name), transform).features.map((value) => (value + 1) / 2);

describe('a photo’s colours', () => {
  test('the identity changes nothing; nothing happens where there is no head', () => {
    const view = viewOfHead('a');
    const { features } = applyColors(view, identityTransform());
    features.forEach((value, i) => expect(value).toBeCloseTo(view.features[i]!, 6));
    const empty = viewOf(new Float32Array(3 * area).fill(-1), new Float32Array(area));
    expect(applyColors(empty, tint).features.every((value) => value === -1)).toBe(true);
  });

  test('are A c + b a of premultiplied colours', () => {
    const view = viewOfHead('b');
    const { features } = applyColors(view, tint);
    const c = [0, 1, 2].map((k) => (view.features[k * area + 5]! + 1) / 2);
    const expected = 0.01 * c[0]! + 0.9 * c[1]! + 0.04 * c[2]! - 0.05 * view.alpha[5]!;
    expect((features[area + 5]! + 1) / 2).toBeCloseTo(expected, 6);
  });

  test('the loss in them, with pixels that count less, has the gradients of finite differences', async () => {
    const patch = { ...patchOf(side, true), certainty: hashed('sure', area, 0.4).map((value) => 0.5 + value) };
    const counts = hashed('counts', area, 0.4).map((value) => 0.5 + value);
    const seen: (Float32Array | null)[] = [];
    const view: PhotoView = {
      colors: tint,
      weights: () => counts,
      observe: (...[, , , weight]) => void seen.push(weight),
    };
    const { features, alpha } = viewOfHead('c');
    const { total, gradients } = await compare(viewOf(features, alpha), patch, { weights }, view);
    const both = counts.map((value, i) => value * patch.certainty[i]!);
    expect(seen).toEqual([both]);
    const loss = (f: Float32Array, a: Float32Array): number =>
      patchLoss(applyColors(viewOf(f, a), tint), patch, weights, both).total;
    expect(total).toBeCloseTo(loss(features, alpha), 12);
    expect(
      relative(
        gradients.features,
        differences(features, (values) => loss(values, alpha)),
      ),
    ).toBeLessThan(3e-3);
    expect(
      relative(
        gradients.alpha!,
        differences(alpha, (values) => loss(features, values)),
      ),
    ).toBeLessThan(3e-3);
  });

  test('backward without a gradient by alpha gives one', () => {
    const by = { features: hashed('by', 3 * area, 1) };
    const { alpha } = colorsBackward(by, tint, area);
    const expected = 2 * (0.03 * by.features[3]! - 0.05 * by.features[area + 3]! + 0.1 * by.features[2 * area + 3]!);
    expect(alpha![3]).toBeCloseTo(expected, 6);
  });
});

describe('PhotoColors', () => {
  test('finds a photo’s transform, short of it by what its prior costs', () => {
    const colors = new PhotoColors(1, false);
    expect(colors.of(0)).toEqual(identityTransform());
    colors.observe(0, viewOfHead('a'), photoOf('a', tint), null);
    const found = colors.of(0);
    // The optimum of the stated cost: its slope by each of the twelve numbers is 0.
    const photo = photoOf('a', tint);
    const cost = (m: Float32Array): number => {
      const { features } = applyColors(viewOfHead('a'), m);
      let sum = 0;
      features.forEach((value, i) => (sum += ((value + 1) / 2 - photo[i]!) ** 2 / area));
      m.forEach((value, k) => {
        const isGain = k % 5 === 0;
        sum += (isGain ? 0.005 : 0.02) * (value - (isGain ? 1 : 0)) ** 2;
      });
      return sum;
    };
    expect(Math.hypot(...differences(found, cost))).toBeLessThan(1e-4);
    expect(cost(found)).toBeLessThan(0.1 * cost(identityTransform()));
    // In between, towards the identity.
    expect(found[0]).toBeGreaterThan(1.05);
    expect(found[10]).toBeLessThan(0.85);
  });

  test('what all photos share is the person’s own: the mean stays the identity', () => {
    const colors = new PhotoColors(3);
    const names = ['a', 'b', 'c'];
    names.slice(0, 2).forEach((name, i) => colors.observe(i, viewOfHead(name), photoOf(name, tint), null));
    // Not before all were seen.
    expect(colors.of(0)).toEqual(identityTransform());
    colors.observe(2, viewOfHead('c'), photoOf('c', identityTransform()), null);
    const all = names.map((_, i) => colors.of(i));
    identityTransform().forEach((value, k) => {
      expect(all.reduce((sum, each) => sum + each[k]!, 0) / 3).toBeCloseTo(value, 5);
    });
    expect(all[0]![0]).toBeGreaterThan(1.02);
    expect(all[2]![0]).toBeLessThan(0.98);

    const alike = new PhotoColors(2);
    for (const photo of [0, 1]) alike.observe(photo, viewOfHead('a'), photoOf('a', tint), null);
    alike.of(0).forEach((value, k) => expect(value).toBeCloseTo(identityTransform()[k]!, 5));
  });

  test('pixels that do not count have no say; later looks count more; a state goes on bit by bit', () => {
    const [whole, half] = [new PhotoColors(1, false), new PhotoColors(1, false)];
    const view = viewOfHead('a');
    const photo = photoOf('a', tint);
    const spoiled = photo.map((value, i) => (i % area < 32 ? 1 - value : value));
    const counts = Float32Array.from({ length: area }, (_, i) => (i < 32 ? 0 : 1));
    half.observe(0, view, spoiled, counts);
    whole.observe(0, view, photo, counts);
    expect(half.of(0)).toEqual(whole.of(0));
    for (let i = 0; i < 30; i++) whole.observe(0, view, photoOf('a', identityTransform()), null);
    whole.of(0).forEach((value, k) => expect(value).toBeCloseTo(identityTransform()[k]!, 3));

    const other = new PhotoColors(1, false);
    other.restore(half.state());
    for (const each of [half, other]) each.observe(0, viewOfHead('b'), photoOf('b', tint), null);
    expect(other.of(0)).toEqual(half.of(0));
  });
});
