import { describe, expect, it } from '@jest/globals';
import { rotationAbout } from '../../../../runtime/core/matrix3.js';
import { alignPoints, moveByRule } from '../../../../personalize/photos/cameras/similarity.js';
import { randomOf } from './scene.js';

describe('the similarity that aligns points', () => {
  it('is the one that moved them, whatever the turn', () => {
    const random = randomOf(21);
    for (let trial = 0; trial < 20; trial++) {
      const points = Float64Array.from({ length: 30 }, () => random() - 0.5);
      const weights = Float64Array.from({ length: 10 }, () => 0.1 + random());
      const rule = {
        scale: 0.5 + random(),
        rotation: rotationAbout([3 * random() - 1.5, 3 * random() - 1.5, 3 * random() - 1.5]),
        shift: [random(), random(), random()] as const,
      };
      const found = alignPoints(points, moveByRule(points, rule), weights);
      expect(found.scale).toBeCloseTo(rule.scale, 10);
      found.rotation.forEach((value, i) => expect(value).toBeCloseTo(rule.rotation[i]!, 10));
      found.shift.forEach((value, i) => expect(value).toBeCloseTo(rule.shift[i]!, 10));
    }
  });
});
