import { beforeAll, describe, expect, it } from '@jest/globals';
import { fitView } from '../../../../personalize/photos/cameras/fitView.js';
import { focalPixels } from '../../../../personalize/photos/cameras/focalPixels.js';
import type { HeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import { labelView } from '../../../../personalize/photos/cameras/labelView.js';
import { anglesOfRotation } from '../../../../personalize/photos/cameras/viewAngles.js';
import { angleBetween, baseShape, randomOf, seenLandmarks, viewAt } from './scene.js';

const distances = [0.7, 0.9, 1.3, 1.8, 2.7];

describe('the fit of one photo', () => {
  let shape: HeadShape;
  beforeAll(async () => {
    shape = await baseShape();
  });

  it('finds the pose of the true shape to .2 degrees under half a pixel of noise', () => {
    const random = randomOf(1);
    const errors: number[] = [];
    for (let trial = 0; trial < 40; trial++) {
      const distance = distances[trial % distances.length]!;
      const truth = viewAt(100 * random() - 50, 50 * random() - 25, 80 * random() - 40, distance);
      const view = fitView(seenLandmarks(truth, shape.mean, 0.5, random), shape, { distance, bias: null });
      errors.push(angleBetween(view.rotation, truth.rotation));
      expect(Math.abs(view.side / truth.side - 1)).toBeLessThan(0.005);
      expect(Math.hypot(view.center[0] - 300, view.center[1] - 280)).toBeLessThan(0.5);
      expect(view.error).toBeLessThan(0.004);
    }
    // Half a pixel leaves .12 degrees as a rule; far profiles seen from close by are worst.
    errors.sort((a, b) => a - b);
    expect(errors[28]).toBeLessThan(0.2);
    expect(errors[39]).toBeLessThan(0.4);
  });

  it('finds the distance of close photos', () => {
    const random = randomOf(2);
    for (let trial = 0; trial < 20; trial++) {
      const distance = [0.7, 0.9][trial % 2]!;
      const truth = viewAt(60 * random() - 30, 30 * random() - 15, 0, distance, 512);
      const view = fitView(seenLandmarks(truth, shape.mean, 0.5, random), shape, { bias: null });
      // The prior of a photo alone is wide on purpose: the mean head stands for the person.
      expect(Math.abs(Math.log(view.distance / distance))).toBeLessThan(0.2);
    }
  });

  it('takes the distance from the focal length that the file tells', () => {
    const truth = viewAt(10, 5, 0, 5, 300);
    const seen = seenLandmarks(truth, shape.mean, 0.3, randomOf(3));
    // A 50 mm lens on a photo of 2,000 x 1,500 pixels: f = 50 / 43.27 * 2500 = 2889 pixels.
    expect(focalPixels(50, 2000, 1500)).toBeCloseTo(2889, 0);
    const view = fitView(seen, shape, { focal: (300 * 4.2647 * 5) / 2.7, bias: null });
    expect(view.distance).toBeGreaterThan(4);
    expect(view.distance).toBeLessThan(6);
    expect(view.distance).toBeGreaterThan(1.3 * fitView(seen, shape, { bias: null }).distance);
  });

  it('is not moved by a tenth of the points lying wrong', () => {
    const random = randomOf(4);
    for (let trial = 0; trial < 10; trial++) {
      const truth = viewAt(60 * random() - 30, 20 * random() - 10, 10, 2.7);
      const seen = seenLandmarks(truth, shape.mean, 0.5, random);
      for (let i = 0; i < 47; i++) {
        const point = Math.floor(468 * random());
        seen[3 * point]! += 60 * random() - 10;
        seen[3 * point + 1]! += 60 * random() - 10;
      }
      const view = fitView(seen, shape, { distance: 2.7 });
      expect(angleBetween(view.rotation, truth.rotation)).toBeLessThan(0.6);
    }
  });

  it('gives the mirrored view of a mirrored photo', () => {
    const truth = viewAt(25, 8, 12, 1.2);
    const seen = seenLandmarks(truth, shape.mean, 0.5, randomOf(5));
    const mirrored = new Float32Array(seen.length);
    for (let i = 0; i < 468; i++) {
      mirrored[3 * i] = 600 - seen[3 * shape.mirror[i]!]!;
      mirrored[3 * i + 1] = seen[3 * shape.mirror[i]! + 1]!;
    }
    const [a, b] = [seen, mirrored].map((points) => labelView(fitView(points, shape)));
    expect(b!.yaw).toBeCloseTo(-a!.yaw, 2);
    expect(b!.pitch).toBeCloseTo(a!.pitch, 2);
    expect(b!.roll).toBeCloseTo(-a!.roll, 2);
    expect(b!.distance).toBeCloseTo(a!.distance, 2);
  });

  it('says yaw > 0 where the camera stands at the person’s left', () => {
    // From the person's left the nose points to the picture's left, away from the left ear (landmark 454).
    const seen = seenLandmarks(viewAt(30, 0, 0, 2.7), shape.mean, 0, randomOf(6));
    const [nose, left, right] = [4, 454, 234].map((i) => seen[3 * i]!);
    expect(nose! - right!).toBeLessThan(left! - nose!);
    const view = fitView(seen, shape, { distance: 2.7 });
    expect(anglesOfRotation(view.rotation).yaw).toBeCloseTo(30, 3);
    expect(labelView(view).camera.cam2world[3]).toBeCloseTo(2.7 * Math.sin(Math.PI / 6), 4);
  });

  it('refuses what is no face', () => {
    const seen = seenLandmarks(viewAt(0, 0, 0, 2.7), shape.mean, 0, randomOf(7));
    expect(() => fitView(seen.slice(3), shape)).toThrow(/expected 468 landmarks/);
    expect(() => fitView(new Float32Array(1404).fill(7), shape, { name: 'a.jpg' })).toThrow(/a\.jpg.*no face/);
    seen[30] = NaN;
    expect(() => fitView(seen, shape)).toThrow(/landmark 10 lies at \(NaN/);
  });
});
