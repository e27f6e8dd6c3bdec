import { describe, expect, it } from '@jest/globals';
import { believedDistances, netBias } from '../../../../personalize/photos/cameras/netBias.js';
import { freeView } from '../../../../personalize/photos/cameras/freeViews.js';
import { viewAt } from './scene.js';

const at = (yaw: number, inverse: number): ReturnType<typeof freeView> => freeView(viewAt(yaw, 0, 0, 1 / inverse));

describe('distances to believe', () => {
  it('are typical where the landmarks say what they say of a typical photo', () => {
    expect(believedDistances([at(0, netBias.seeming)], netBias)[0]).toBeCloseTo(1 / netBias.typical, 9);
  });

  it('follow the landmarks by the gain, within what photos have', () => {
    const [near, far] = believedDistances([at(0, netBias.seeming + 0.1), at(10, netBias.seeming - 0.1)], netBias);
    expect(1 / near! - 1 / far!).toBeCloseTo(0.2 * netBias.gain, 9);
    expect(believedDistances([at(0, 3)], netBias)[0]).toBeCloseTo(0.7, 9);
    expect(believedDistances([at(0, 0.1)], netBias)[0]).toBeCloseTo(4, 9);
  });

  it('are the other photos’ where the head is turned away', () => {
    const [front, side] = believedDistances([at(5, 1.1), at(60, 0.6)], netBias);
    expect(side).toBeCloseTo(front!, 9);
  });
});
