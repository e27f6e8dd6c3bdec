import { describe, expect, test } from '@jest/globals';
import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { anchorsOf, mixAnchors, type Anchors } from '../../runtime/latent/alpha/anchors.js';
import { projectAlpha } from '../../runtime/latent/alpha/dilatedSimplex.js';
import { distanceFromPerson } from '../../runtime/latent/alpha/distance.js';
import { projectLatent, projectLatentLayers, projectWeights } from '../../runtime/latent/alpha/projectLatent.js';
import { anchorsAt, distance, least, randomAnchors, sum, vector } from './alphaFixtures.js';

const rowOf = ({ ws }: Anchors, n: number): Float32Array => {
  const size = ws.data.length / ws.dims[0]!;
  return ws.data.subarray(n * size, (n + 1) * size);
};

/** A^T alpha - w, in float64, without the code under test. */
function residual(anchors: Anchors, alpha: ArrayLike<number>, w: Float32Array): Float64Array {
  return Float64Array.from(
    w,
    (value, i) => sum(Array.from(alpha, (weight, n) => weight * rowOf(anchors, n)[i]!)) - value,
  );
}

const gradientAt = (anchors: Anchors, alpha: ArrayLike<number>, w: Float32Array): number[] => {
  const left = residual(anchors, alpha, w);
  return Array.from(alpha, (_, n) => sum(left.map((value, i) => value * rowOf(anchors, n)[i]!)));
};

/** Reference: accelerated projected gradient (Beck and Teboulle 2009), with restarts, run long. */
function reference(anchors: Anchors, w: Float32Array, beta: number): Float64Array {
  const step = 1 / anchors.ws.data.reduce((total, value) => total + value * value, 0);
  let alpha = new Float64Array(anchors.count).fill(1 / anchors.count);
  let ahead = alpha;
  let pace = 1;
  for (let i = 0; i < 6000; i++) {
    const gradient = gradientAt(anchors, ahead, w);
    const from = ahead;
    const next = Float64Array.from(
      projectAlpha(
        from.map((value, n) => value - step * gradient[n]!),
        beta,
      ),
    );
    const restart = sum(next.map((value, n) => (from[n]! - value) * (value - alpha[n]!))) > 0;
    const faster = restart ? 1 : (1 + Math.sqrt(1 + 4 * pace * pace)) / 2;
    const momentum = restart ? 0 : (pace - 1) / faster;
    const last = alpha;
    ahead = next.map((value, n) => value + momentum * (value - last[n]!));
    [alpha, pace] = [next, faster];
  }
  return alpha;
}

interface Case {
  readonly name: string;
  readonly anchors: Anchors;
  readonly w: Tensor;
  readonly beta: number;
}

const double = (anchors: Anchors): Anchors => {
  const [count, rows, wDim] = anchors.ws.dims as [number, number, number];
  return anchorsOf({
    dims: [2 * count, rows, wDim],
    data: Float32Array.from([...anchors.ws.data, ...anchors.ws.data]),
  });
};

const cases: Case[] = [0, 0.03, 0.3].flatMap((beta, b) =>
  [0.2, 1, 30].flatMap((far, f) => {
    const seed = 10 * b + f;
    const target = (wDim: number): Tensor => vector(standardNormal(100 + seed, wDim).map((value) => far * value));
    return [
      { name: '6 in 16', anchors: randomAnchors(6, 16, 1, seed), w: target(16) },
      { name: '12 in 4, more than dimensions', anchors: randomAnchors(12, 4, 1, seed), w: target(4) },
      { name: 'every anchor twice', anchors: double(randomAnchors(5, 8, 1, seed)), w: target(8) },
      { name: 'on a line', anchors: anchorsAt([0, 0, 1], [1, 1, 1], [2, 2, 1], [5, 5, 1]), w: target(3) },
      { name: 'two layers', anchors: randomAnchors(5, 6, 2, seed), w: { ...target(12), dims: [2, 6] } },
    ].map((entry) => ({ ...entry, name: `${entry.name}, ${far} away, beta ${beta}`, beta }));
  }),
);

describe.each(cases)('$name', ({ anchors, w, beta }) => {
  const projected = projectLatent(anchors, w, beta);

  test('is inside', () => {
    expect(Math.abs(sum(projected.alpha) - 1)).toBeLessThan(1e-6);
    expect(least(projected.alpha)).toBeGreaterThanOrEqual(-beta - 1e-6);
  });

  test('meets the Karush-Kuhn-Tucker conditions', () => {
    const gradient = gradientAt(anchors, projected.alpha, w.data);
    const free = gradient.filter((_, n) => projected.alpha[n]! > -beta + 1e-6);
    const level = least(gradient);
    const scale = 1 + Math.max(...gradient.map(Math.abs));
    // No weight could be moved from a held one; among the free ones there is nothing to gain.
    for (const value of free) expect((value - level) / scale).toBeLessThan(1e-6);
  });

  test('is what long projected gradient descent finds', () => {
    const other = residual(anchors, reference(anchors, w.data, beta), w.data);
    const own = residual(anchors, projected.alpha, w.data);
    expect(distance(own, other)).toBeLessThan(1e-4 * (1 + Math.hypot(...other)));
    expect(Math.hypot(...own)).toBeLessThan(Math.hypot(...other) + 1e-7 * (1 + Math.hypot(...other)));
    expect(projected.distance).toBeCloseTo(Math.hypot(...own) / Math.sqrt(anchors.ws.dims[1]!), 6);
  });
});

describe('projectLatent', () => {
  test('finds the weights of a latent that is inside', () => {
    const anchors = randomAnchors(5, 32);
    const alpha = [0.4, 0.3, 0.2, 0.13, -0.03];
    expect(distance(projectLatent(anchors, mixAnchors(anchors, alpha)).alpha, alpha)).toBeLessThan(1e-6);
  });

  test('a person’s usual size: 50 anchors in 512', () => {
    const anchors = randomAnchors(50, 512);
    const { alpha } = projectLatent(anchors, vector(standardNormal(9, 512)), 0.03);
    expect(Math.abs(sum(alpha) - 1)).toBeLessThan(1e-9);
    expect(least(alpha)).toBeGreaterThanOrEqual(-0.03 - 1e-12);
  });

  test('one row of anchors sees the mean over the layers', () => {
    const anchors = anchorsAt([0, 0], [2, 0]);
    const {
      alpha,
      w,
      distance: away,
    } = projectLatent(anchors, { dims: [2, 2], data: Float32Array.of(0.5, 1, 1.5, -1) }, 0);
    expect([...alpha]).toEqual([expect.closeTo(0.5, 9), expect.closeTo(0.5, 9)]);
    expect(w).toEqual({ dims: [2, 2], data: Float32Array.of(1, 0, 1, 0) });
    expect(away).toBeCloseTo(Math.sqrt(1.25), 9);
  });

  test('each layer by itself', () => {
    const anchors = anchorsAt([0, 0], [2, 0]);
    const w = { dims: [2, 2], data: Float32Array.of(0.5, 1, 3, 0) };
    const [first, second] = projectLatentLayers(anchors, w, 0);
    expect([...first!.alpha]).toEqual([expect.closeTo(0.75, 9), expect.closeTo(0.25, 9)]);
    expect([...second!.alpha]).toEqual([expect.closeTo(0, 9), expect.closeTo(1, 9)]);
    expect([first!.distance, second!.distance]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
    const layered = anchorsOf({ dims: [2, 2, 1], data: Float32Array.of(0, 10, 1, 20) });
    const alphas = projectLatentLayers(layered, { dims: [2, 1], data: Float32Array.of(0.25, 15) }, 0);
    expect(alphas.map(({ alpha }) => alpha[1])).toEqual([expect.closeTo(0.25, 9), expect.closeTo(0.5, 9)]);
  });

  test('one anchor has one answer', () => {
    expect([...projectLatent(anchorsAt([1, 2]), vector([5, 5])).alpha]).toEqual([1]);
  });

  test('the same anchor many times gets equal weights', () => {
    const { alpha, w } = projectLatent(anchorsAt([0.1, 2], [0.1, 2], [0.1, 2]), vector([5, 5]));
    for (const weight of alpha) expect(weight).toBeCloseTo(1 / 3, 12);
    expect(w.data).toEqual(Float32Array.of(0.1, 2));
  });

  test('another base’s latent, and one that is none', () => {
    expect(() => projectLatent(anchorsAt([1, 2]), vector([1]))).toThrow(ShapeError);
    expect(() => projectLatent(anchorsAt([1, 2]), vector([1]))).toThrow('expected [2] or [num_ws, 2], got [1]');
    expect(() => projectLatent(anchorsAt([1, 2]), vector([1, NaN]))).toThrow(NumericError);
  });
});

describe('projectWeights', () => {
  test('goes where the projection of their w goes', () => {
    const anchors = randomAnchors(6, 16);
    for (const alpha of [
      [3, -1, 0.5, -2, 0, 0.5],
      [0.5, 0.9, 0.8, 0.1, 0, 0.4],
    ]) {
      const expected = projectLatent(anchors, mixAnchors(anchors, alpha)).alpha;
      expect(distance(projectWeights(anchors, alpha), expected)).toBeLessThan(1e-6);
    }
  });

  test('keeps weights that are inside, also where others give the same w', () => {
    const anchors = anchorsAt([1, 0], [1, 0], [0, 1]);
    expect([...projectWeights(anchors, [0.5, 0, 0.5], 0)]).toEqual([0.5, 0, 0.5]);
  });
});

describe('distanceFromPerson', () => {
  const anchors = randomAnchors(8, 24);
  const middle = mixAnchors(anchors, new Array<number>(8).fill(1 / 8));

  test('0 within the hull, its corners included', () => {
    expect(distanceFromPerson(anchors, middle)).toBe(0);
    expect(distanceFromPerson(anchors, mixAnchors(anchors, [0, 0, 1, 0, 0, 0, 0, 0]))).toBe(0);
    expect(distanceFromPerson(anchors, mixAnchors(anchors, [0.5, 0, 0, 0.25, 0, 0, 0.25, 0], 3))).toBe(0);
  });

  test('grows along any way out', () => {
    for (let seed = 0; seed < 5; seed++) {
      const way = standardNormal(40 + seed, 24);
      const far = [0.5, 1, 2, 4, 8].map((t) =>
        distanceFromPerson(anchors, { dims: [24], data: middle.data.slice(0, 24).map((v, i) => v + t * way[i]!) }),
      );
      expect(far[0]).toBeGreaterThan(0);
      far.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(far[i]!));
    }
  });

  test('counts in the anchors’ own spread', () => {
    const pair = anchorsAt([-2, 0], [2, 0]);
    expect(distanceFromPerson(pair, vector([1, 3]))).toBeCloseTo(1.5, 6);
    expect(distanceFromPerson(pair, vector([5, 0]))).toBeCloseTo(1.5, 6);
    expect(distanceFromPerson(anchorsAt([-20, 0], [20, 0]), vector([10, 30]))).toBeCloseTo(1.5, 6);
  });

  test('anchors without spread need a unit', () => {
    expect(() => distanceFromPerson(anchorsAt([1, 2]), vector([1, 2]))).toThrow(NumericError);
    expect(() => distanceFromPerson(anchorsAt([1, 2], [1, 2]), vector([1, 2]))).toThrow('pass a unit');
    expect(distanceFromPerson(anchorsAt([1, 2], [1, 2]), vector([1, 8]), 3)).toBeCloseTo(2, 6);
  });
});
