import { expect, test } from '@jest/globals';
import jpeg from 'jpeg-js';
import { preparedSide, rawPhotos, type RawPhoto } from './rawPhotos.js';

const first = (person: string, seed?: number): RawPhoto => rawPhotos(person, seed).next().value as RawPhoto;

test('the same seed makes the same photos, another one others', () => {
  expect(Buffer.compare(Buffer.from(first('A').bytes), Buffer.from(first('A').bytes))).toBe(0);
  expect(first('A', 2).truth.square).not.toEqual(first('A').truth.square);
});

test('the truth says where the head is: colours through it are those of the prepared photo, and those around are not', () => {
  const { bytes, truth } = first('B');
  const { cx, cy, side, angle } = truth.square;
  const raw = jpeg.decode(bytes, { useTArray: true });
  const at = (qx: number, qy: number): number[] => {
    const [dx, dy] = [((qx - 128) * side) / preparedSide, ((qy - 128) * side) / preparedSide];
    const x = Math.floor(cx + Math.cos(angle) * dx - Math.sin(angle) * dy);
    const y = Math.floor(cy + Math.sin(angle) * dx + Math.cos(angle) * dy);
    return Array.from(raw.data.subarray(4 * (y * raw.width + x), 4 * (y * raw.width + x) + 3));
  };
  // B is a man of dark skin before soft colours: skin is redder than it is blue.
  const face = at(128, 150);
  expect(face[0]!).toBeGreaterThan(face[2]! + 15);
  expect(truth.mask[150 * preparedSide + 128]).toBe(255);
  expect(truth.mask[0]).toBe(0);
});

test('the truth is a view: a rotation 2.7 units from the origin, rolled as the photo is', () => {
  for (const { truth } of ['A', 'B', 'C'].map((person) => first(person, 3))) {
    const { rotation, distance, side, center } = truth.view;
    expect(distance).toBeCloseTo(2.7, 4);
    expect([side, ...center]).toEqual([truth.square.side, truth.square.cx, truth.square.cy]);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const dot = [0, 1, 2].reduce((sum, k) => sum + rotation[3 * i + k]! * rotation[3 * j + k]!, 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
    // The head's up is up in the photo, turned by the roll (and a few degrees of the prepared photo's own).
    const up = Math.atan2(rotation[1], -rotation[4]);
    expect(Math.abs(up - truth.square.angle)).toBeLessThan(0.2);
  }
});
