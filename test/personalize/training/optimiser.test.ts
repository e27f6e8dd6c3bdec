import { describe, expect, test } from '@jest/globals';
import { Adam } from '../../../personalize/training/adam.js';
import { Random } from '../../../personalize/training/random.js';
import { cosineRate, fixedRate } from '../../../personalize/training/schedule.js';
import { NumericError } from '../../../runtime/core/errors.js';
import { hashed } from '../../gradient/scene.js';

/** Algorithm 1 of Kingma and Ba 2015, one number, float64. */
function reference(start: number, gradients: readonly number[], rate: number, b1: number, b2: number): number {
  let [x, m, v] = [start, 0, 0];
  gradients.forEach((g, i) => {
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g ** 2;
    x -= (rate * (m / (1 - b1 ** (i + 1)))) / (Math.sqrt(v / (1 - b2 ** (i + 1))) + 1e-8);
  });
  return x;
}

describe('Adam', () => {
  test.each([
    [0.9, 0.99],
    [0, 0.992],
  ])('betas %d, %d: five steps as in the paper, each variable with its own count', (beta1, beta2) => {
    const adam = new Adam({ beta1, beta2 });
    const start = hashed('x', 7);
    const often = start.slice();
    const seldom = start.slice();
    const gradients = Array.from({ length: 5 }, (_, i) => hashed(`g ${i}`, 7, 10 ** (i - 3)));
    gradients.forEach((gradient, i) => {
      adam.step('often', often, gradient, 0.05);
      if (i % 2 === 0) adam.step('seldom', seldom, gradient, 0.05);
    });
    for (let k = 0; k < 7; k++) {
      const all = gradients.map((gradient) => gradient[k]!);
      const some = all.filter((_, i) => i % 2 === 0);
      expect(often[k]).toBeCloseTo(reference(start[k]!, all, 0.05, beta1, beta2), 6);
      expect(seldom[k]).toBeCloseTo(reference(start[k]!, some, 0.05, beta1, beta2), 6);
    }
    expect([...adam.moments].map(([name, { steps }]) => [name, steps])).toEqual([
      ['often', 5],
      ['seldom', 3],
    ]);
  });

  test('the first step is as long as the rate, whatever the gradient', () => {
    const values = new Float32Array(3);
    new Adam().step('x', values, [1e-3, -5, 2e4], 0.25);
    expect(values[0]).toBeCloseTo(-0.25, 4);
    expect(values[1]).toBeCloseTo(0.25, 6);
    expect(values[2]).toBeCloseTo(-0.25, 6);
  });

  test.each([
    ['NaN', [0.1, NaN, 0.2]],
    ['infinite', [0.1, 0.1, Infinity]],
    ['missing', [0.1, 0.1]],
  ])('a gradient that is %s throws; variable and moments stay', (_, bad) => {
    const adam = new Adam();
    const values = Float32Array.of(1, 2, 3);
    adam.step('x', values, [0.5, 0.5, 0.5], 0.1);
    const [kept, moments] = [values.slice(), structuredClone(adam.moments.get('x'))];
    expect(() => adam.step('x', values, bad, 0.1)).toThrow(NumericError);
    expect(() => adam.step('y', values, bad, 0.1)).toThrow(/gradient of y/);
    expect(values).toEqual(kept);
    expect(adam.moments.get('x')).toEqual(moments);
    expect(adam.moments.has('y')).toBe(false);
  });
});

describe('Random', () => {
  const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.uniform());

  test('the same seed gives the same numbers, another one others', () => {
    expect(draw(new Random('a'), 20)).toEqual(draw(new Random('a'), 20));
    expect(draw(new Random('a'), 20)).not.toEqual(draw(new Random('b'), 20));
  });

  test('goes on from a count as if never stopped', () => {
    const whole = new Random('run');
    const first = new Random('run');
    const mixed = (random: Random): number[] => [random.normal(), random.integer(7), random.uniform()];
    const expected = [mixed(whole), mixed(whole), mixed(whole)];
    const begun = [mixed(first), mixed(first)];
    expect([...begun, mixed(new Random('run', first.count))]).toEqual(expected);
  });

  test('uniform: inside (0, 1), mean 1/2, variance 1/12; normal: mean 0, variance 1', () => {
    const count = 20_000;
    const moments = (values: readonly number[]): [number, number] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count];
    };
    const random = new Random('moments');
    const uniform = draw(random, count);
    expect(uniform.every((value) => value > 0 && value < 1)).toBe(true);
    // Five standard errors.
    const [mean, variance] = moments(uniform);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0103);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0027);
    const [normalMean, normalVariance] = moments(Array.from({ length: count }, () => random.normal()));
    expect(Math.abs(normalMean)).toBeLessThan(0.036);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.05);
  });

  test('integer: every number below the end, none else', () => {
    const random = new Random('integer');
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 5000; i++) counts[random.integer(5)]!++;
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(random.integer(1)).toBe(0);
  });
});

describe('schedules', () => {
  test('fixed is fixed', () => {
    expect([0, 0.5, 1].map(fixedRate(0.3))).toEqual([0.3, 0.3, 0.3]);
  });

  test('cosine warms up, is at its rate, falls without a jump to its end', () => {
    const rate = cosineRate(2, 0.1, 0.2);
    expect(rate(0)).toBeGreaterThan(0);
    expect(rate(0)).toBeLessThan(0.02);
    expect(rate(0.1)).toBeCloseTo(1, 1);
    // Half a cosine over the whole run: at a half it is half way between rate and end.
    expect(rate(0.5)).toBeCloseTo(1.1, 6);
    expect(rate(1)).toBeCloseTo(0.2, 6);
    expect(rate(1.5)).toBeCloseTo(0.2, 6);
    for (let share = 0.2; share < 1; share += 0.01) expect(rate(share + 0.01)).toBeLessThan(rate(share));
  });

  test('without warm-up it begins at its rate', () => {
    expect(cosineRate(0.5, 0, 0)(0)).toBe(0.5);
    expect(cosineRate(0.5, 0, 0)(1)).toBeCloseTo(0, 12);
  });
});
