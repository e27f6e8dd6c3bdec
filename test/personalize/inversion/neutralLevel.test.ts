import { describe, expect, test } from '@jest/globals';
import { LatentSpace } from '../../../personalize/inversion/latentSpace.js';
import { commonest, levelExpressions } from '../../../personalize/inversion/neutralLevel.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';

describe('the commonest amount', () => {
  test('lies where a third of the values are closest', () => {
    expect(commonest([0.9, -0.2, 0.4, -0.18, 0.7, -0.19])).toBeCloseTo(-0.195, 6);
    expect(commonest([5, 5, 5, 1, 2, 3])).toBe(5);
  });

  test('of one, of two, of equal ones', () => {
    expect(commonest([0.3])).toBe(0.3);
    expect(commonest([1, 2])).toBe(1);
    expect(commonest([7, 7, 7, 7])).toBe(7);
  });
});

describe('expressions of anchors', () => {
  /** Coordinate 3 holds a smile that half of the photos have, all of it 0.25 too low; 5 is noise about its rest of 1. */
  const smiles = [0, 0.02, 0, 1, 0.6, 0.8, -0.02, 0.01, 0.4];
  const noise = [0.1, -0.1, 0.02, 0.01, -0.3, 0.2, 0, -0.01, 0.3];
  const neutral = new Map([
    [3, 0],
    [5, 1],
  ]);

  async function levelled(rows: 'one' | 'all') {
    const latent = await LatentSpace.measure(await learnedMapBase(), await cpu());
    const { wDim, numWs } = latent.layout;
    const count = rows === 'one' ? 1 : numWs;
    const before = smiles.map((smile, i) => {
      const w = Float32Array.from({ length: wDim }, (_, k) => Math.sin(k + i));
      w[3] = smile - 0.25;
      w[5] = 1 + noise[i]!;
      const v = latent.fromW(w);
      return Float32Array.from({ length: count * wDim }, (_, k) => v[k % wDim]!);
    });
    const after = before.map((v) => v.slice());
    levelExpressions(after, latent, neutral);
    const ws = (v: Float32Array): Float32Array => latent.toWs(v).data;
    return { before: before.map(ws), after: after.map(ws), wDim, numWs };
  }

  test.each(['one', 'all'] as const)('most photos have none then, %s of the rows; all else stays', async (rows) => {
    const { before, after, wDim, numWs } = await levelled(rows);
    after.forEach((w, i) => {
      for (let row = 0; row < numWs; row++) {
        expect(w[row * wDim + 3]).toBeCloseTo(smiles[i]!, 1);
        expect(w[row * wDim + 5]).toBeCloseTo(1 + noise[i]!, 1);
        for (const k of [0, 4, wDim - 1]) {
          expect(w[row * wDim + k]! - before[i]![row * wDim + k]!).toBeCloseTo(0, 4);
        }
      }
    });
  });
});
