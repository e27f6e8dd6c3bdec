import { describe, expect, it } from '@jest/globals';
import {
  applyHeadMotion,
  applyHeadMotionToView,
  headMotionGradient,
  noHeadMotion,
  type HeadMotion,
} from '../../../../personalize/photos/cameras/headMotion.js';
import { labelView } from '../../../../personalize/photos/cameras/labelView.js';
import { projectLandmarks } from '../../../../personalize/photos/cameras/projectLandmarks.js';
import { moveByRule } from '../../../../personalize/photos/cameras/similarity.js';
import { rotationAbout } from '../../../../runtime/core/matrix3.js';
import { viewAt } from './scene.js';

const motion: HeadMotion = [0.1, -0.05, 0.02, 0.006, -0.01, 0.004, 0.06];
const points = Float64Array.from([0, 0, 0, 0.1, -0.05, 0.15, -0.12, 0.2, -0.03]);
const moved = moveByRule(points, {
  scale: Math.exp(motion[6]),
  rotation: rotationAbout([motion[0], motion[1], motion[2]]),
  shift: [motion[3], motion[4], motion[5]],
});

describe('the motion of a head’s frame', () => {
  const view = viewAt(24, -7, 10, 1.4, 300);
  const { camera } = labelView(view);

  it('leaves the picture as it is: the moved camera sees the moved points where the camera saw the points', () => {
    const see = ({ cam2world: m }: typeof camera, at: Float64Array, i: number): number[] => {
      const away = [0, 1, 2].map((axis) => at[3 * i + axis]! - m[4 * axis + 3]!);
      const [x, y, z] = [0, 1, 2].map((axis) => [0, 1, 2].reduce((sum, k) => sum + m[4 * k + axis]! * away[k]!, 0));
      return [x! / z!, y! / z!];
    };
    const after = applyHeadMotion(camera, motion);
    for (let i = 0; i < 3; i++) {
      expect(see(after, moved, i)).toEqual(see(camera, points, i).map((value) => expect.closeTo(value, 12)));
    }
    expect(applyHeadMotion(camera, noHeadMotion)).toEqual(camera);
  });

  it('crops anew about the new origin and sees the same', () => {
    const after = applyHeadMotionToView(view, motion);
    const [before, now] = [projectLandmarks(view, points), projectLandmarks(after, moved)];
    for (let i = 0; i < before.length; i++) expect(Math.abs(now[i]! - before[i]!)).toBeLessThan(0.003 * view.side);
    const pure = [...motion.slice(0, 3), 0, 0, 0, motion[6]] as unknown as HeadMotion;
    const turned = moveByRule(points, {
      scale: Math.exp(motion[6]),
      rotation: rotationAbout([motion[0], motion[1], motion[2]]),
      shift: [0, 0, 0],
    });
    const exact = projectLandmarks(applyHeadMotionToView(view, pure), turned);
    for (let i = 0; i < before.length; i++) expect(exact[i]).toBeCloseTo(before[i]!, 9);
  });

  it('has the gradient of finite differences', () => {
    const gradient = Float64Array.from({ length: 12 }, (_, i) => Math.sin(3 * i + 1));
    const value = (change: readonly number[]): number => {
      const { cam2world } = applyHeadMotion(camera, change as unknown as HeadMotion);
      return gradient.reduce((sum, g, i) => sum + g * cam2world[i]!, 0);
    };
    const by = headMotionGradient(camera, gradient);
    for (let i = 0; i < 7; i++) {
      const [up, down] = [1e-6, -1e-6].map((h) => value(noHeadMotion.map((_, k) => (k === i ? h : 0))));
      expect(by[i]).toBeCloseTo((up! - down!) / 2e-6, 7);
    }
  });
});
