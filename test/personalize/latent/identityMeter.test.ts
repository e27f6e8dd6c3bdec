import { expect, test } from '@jest/globals';
import type { FaceJudge } from '../../../personalize/evaluation/judge.js';
import { IdentityMeter, meterJson, meterText, type FaceShot } from '../../../personalize/latent/identityMeter.js';
import { lookAt } from '../../../runtime/camera/lookAt.js';

const camera = lookAt([0, 0, 2.7], [0, 0, 0], 4.26);
/** A picture of one colour, which is who the fake judge takes it for. */
const shot = (who: number): FaceShot => ({
  image: { dims: [3, 4, 4], data: new Float32Array(48).fill(who) },
  camera,
});

const boxes: number[] = [];
const judge = (name: string, threshold: number): FaceJudge => ({
  name,
  threshold,
  look: (image, box) => {
    boxes.push(box.side);
    return Promise.resolve({
      descriptor: image.data.slice(0, 1),
      happy: 0.25,
      mouthWidth: 1,
      mouthOpen: 0.1,
      eyeOpenLeft: 0,
      eyeOpenRight: 0,
      turn: 0,
    });
  },
  distance: (a, b) => Math.abs(a.descriptor[0]! - b.descriptor[0]!),
  close: () => Promise.resolve(),
});

test('distances are to the nearest of the person’s own faces, by every judge with its own threshold', async () => {
  const meter = await IdentityMeter.create([judge('strict', 0.15), judge('mild', 0.5)], [shot(0), shot(1)]);
  const reading = await meter.read(shot(0.75));
  expect(meterText(reading)).toBe('strict 0.25!, mild 0.25');
  expect(meterJson(reading)).toEqual({
    strict: { distance: 0.25, same: false, happy: 0.25, mouthOpen: 0.1 },
    mild: { distance: 0.25, same: true, happy: 0.25, mouthOpen: 0.1 },
  });
  // The face's place in a picture of four pixels, by the camera.
  expect(boxes).toHaveLength(6);
  for (const side of boxes) expect(side).toBeCloseTo((0.34 / 2.62) * 4.26 * 4, 6);
});

test('nobody to compare with is an error', async () => {
  await expect(IdentityMeter.create([judge('any', 1)], [])).rejects.toThrow(
    /at least one face of the person, got none/,
  );
});
