import { describe, expect, test } from '@jest/globals';
import { Reliability } from '../../../../personalize/training/appearance/reliability.js';
import { hashed } from '../../../gradient/scene.js';

const side = 32;
const area = side * side;
const pixels = Uint32Array.from({ length: area }, (_, i) => i);
const isCap = (pixel: number): boolean => Math.floor(pixel / side) < 8;
const noise = (name: string): Float32Array => hashed(name, 3 * area, 0.05);

/** Eight photos of a head that is drawn to within noise; the second wears a cap, darker by `darker`. */
function looked(darker = 0.6, everywhere = 0): Reliability {
  const reliability = new Reliability(8);
  for (let photo = 0; photo < 8; photo++) {
    const error = noise(`photo ${photo}`).map(
      (value, i) => value + everywhere + (photo === 1 && isCap(i % area) ? darker : 0),
    );
    reliability.observe(photo, error, side, pixels);
  }
  return reliability;
}

const meanOf = (weights: Float32Array, of: (pixel: number) => boolean): number => {
  const chosen = Array.from(weights).filter((_, pixel) => of(pixel));
  return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
};

describe('Reliability', () => {
  test('one photo’s cap hardly counts, the rest of it and the other photos do', () => {
    const reliability = looked();
    const weights = reliability.weights(1, side, pixels)!;
    expect(meanOf(weights, isCap)).toBeLessThan(0.04);
    expect(meanOf(weights, (pixel) => !isCap(pixel))).toBeGreaterThan(0.95);
    for (const other of [0, 2, 7]) expect(Math.min(...reliability.weights(other, side, pixels)!)).toBeGreaterThan(0.9);
    const { weight, covered } = reliability.summary(1, null, side);
    expect(covered).toBeCloseTo(0.25, 6);
    expect(weight).toBeCloseTo(0.75, 1);
    // Of a head below the cap.
    const mask = Float32Array.from(pixels, (pixel) => (isCap(pixel) ? 0 : 1));
    expect(reliability.summary(1, mask, side).covered).toBe(0);
  });

  test('what all photos differ in is not learned yet and counts', () => {
    const reliability = looked(0, 0.5);
    for (let photo = 0; photo < 8; photo++) {
      expect(Math.min(...reliability.weights(photo, side, pixels)!)).toBeGreaterThan(0.9);
    }
  });

  test('a photo of someone else counts less everywhere', () => {
    const reliability = looked(0);
    const other = noise('other').map((value, i) => value + (Math.floor((i % side) / 4) % 2 ? 0.45 : -0.45));
    for (let i = 0; i < 20; i++) reliability.observe(4, other, side, pixels);
    expect(Math.max(...reliability.weights(4, side, pixels)!)).toBeLessThan(0.1);
    expect(reliability.summary(4, null, side).weight).toBeLessThan(0.05);
  });

  test('with few photos none is an exception', () => {
    const reliability = new Reliability(5);
    reliability.observe(0, new Float32Array(3 * area).fill(1), side, pixels);
    expect(reliability.weights(0, side, pixels)).toBeNull();
    expect(reliability.summary(0, null, side)).toEqual({ weight: 1, covered: 0 });
  });

  test('a cell is a sixteenth of the photo’s side at every size; parts never seen count', () => {
    const reliability = looked();
    const fine = reliability.weights(1, 64, Uint32Array.of(0, 15 * 64 + 63, 16 * 64, 63 * 64 + 63))!;
    expect(fine[0]).toBeLessThan(0.1);
    expect(fine[1]).toBeLessThan(0.1);
    expect(fine[2]).toBeGreaterThan(0.9);
    const upper = new Reliability(8);
    for (let photo = 0; photo < 8; photo++) {
      upper.observe(photo, noise(`photo ${photo}`).subarray(0, 3 * 64), side, pixels.subarray(0, 64));
    }
    expect(Math.min(...upper.weights(3, side, pixels.subarray(500, 510))!)).toBeGreaterThan(0.95);
  });

  test('frozen, looks change nothing; a state goes on bit by bit', () => {
    const [first, second] = [looked(), new Reliability(8)];
    second.restore(first.state());
    for (const each of [first, second]) each.observe(1, noise('again'), side, pixels);
    expect(second.weights(1, side, pixels)).toEqual(first.weights(1, side, pixels));
    first.frozen = true;
    const before = first.weights(1, side, pixels)!.slice();
    first.observe(
      1,
      noise('later').map((value) => value + 1),
      side,
      pixels,
    );
    expect(first.weights(1, side, pixels)).toEqual(before);
  });
});
