import { describe, expect, it } from '@jest/globals';
import {
  byPointAt,
  byViewAt,
  moveView,
  pointTerms,
  termsSize,
  viewUnknowns,
  type FreeView,
} from '../../../../personalize/photos/cameras/pointTerms.js';
import { rotationFromAngles } from '../../../../personalize/photos/cameras/viewAngles.js';

const view = (): FreeView => ({
  rotation: Float64Array.from(rotationFromAngles(20, -10, 15)),
  distance: 0.9,
  side: 250,
  cx: 120,
  cy: 90,
  unit: 230,
});
const point = Float64Array.from([0.07, -0.1, 0.14]);

function residual(free: FreeView, points: Float64Array): readonly [number, number] {
  const terms = new Float64Array(termsSize);
  pointTerms(free, points, 0, 100, 130, terms);
  return [terms[0]!, terms[1]!];
}

describe('a landmark’s residual', () => {
  const terms = new Float64Array(termsSize);
  pointTerms(view(), point, 0, 100, 130, terms);

  it('has the derivatives by the view of finite differences', () => {
    for (let unknown = 0; unknown < viewUnknowns; unknown++) {
      const h = 1e-5;
      const at = [h, -h].map((change) => {
        const moved = view();
        const step = new Float64Array(viewUnknowns);
        step[unknown] = change;
        moveView(moved, step, 0);
        return residual(moved, point);
      });
      for (let axis = 0; axis < 2; axis++) {
        const slope = (at[0]![axis]! - at[1]![axis]!) / (2 * h);
        expect(terms[byViewAt + viewUnknowns * axis + unknown]).toBeCloseTo(slope, 7);
      }
    }
  });

  it('has the derivatives by the point of finite differences', () => {
    for (let coordinate = 0; coordinate < 3; coordinate++) {
      const h = 1e-6;
      const at = [h, -h].map((change) => {
        const moved = point.slice();
        moved[coordinate]! += change;
        return residual(view(), moved);
      });
      for (let axis = 0; axis < 2; axis++) {
        const slope = (at[0]![axis]! - at[1]![axis]!) / (2 * h);
        expect(terms[byPointAt + 3 * axis + coordinate]).toBeCloseTo(slope, 6);
      }
    }
  });
});
