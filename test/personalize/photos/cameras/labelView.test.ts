import { describe, expect, it } from '@jest/globals';
import { labelView } from '../../../../personalize/photos/cameras/labelView.js';
import { projectLandmarks } from '../../../../personalize/photos/cameras/projectLandmarks.js';
import { anglesOfRotation, rotationFromAngles } from '../../../../personalize/photos/cameras/viewAngles.js';
import { viewAt } from './scene.js';

describe('the label of a fitted view', () => {
  const points = Float64Array.from([0, 0, 0, 0.1, -0.05, 0.15, -0.12, 0.2, -0.03]);

  it('sees in its crop what the view sees in the photo', () => {
    const view = viewAt(-28, 14, 33, 1.1, 417);
    const { camera, crop } = labelView(view);
    const m = camera.cam2world;
    const seen = projectLandmarks(view, points);
    for (let i = 0; i < 3; i++) {
      // A pinhole written out: world to camera, intrinsics, then the crop's turn in the photo.
      const away = [0, 1, 2].map((axis) => points[3 * i + axis]! - m[4 * axis + 3]!);
      const [x, y, z] = [0, 1, 2].map((axis) => [0, 1, 2].reduce((sum, k) => sum + m[4 * k + axis]! * away[k]!, 0));
      const u = camera.intrinsics[0]! * (x! / z!) + camera.intrinsics[2]! - 0.5;
      const v = camera.intrinsics[4]! * (y! / z!) + camera.intrinsics[5]! - 0.5;
      const [cos, sin] = [Math.cos(crop.angle), Math.sin(crop.angle)];
      expect(crop.cx + crop.side * (cos * u - sin * v)).toBeCloseTo(seen[2 * i]!, 8);
      expect(crop.cy + crop.side * (sin * u + cos * v)).toBeCloseTo(seen[2 * i + 1]!, 8);
    }
  });

  it('names the angles that the view was made of', () => {
    const label = labelView(viewAt(-28, 14, 33, 1.1));
    expect([label.yaw, label.pitch, label.roll]).toEqual([-28, 14, 33].map((angle) => expect.closeTo(angle, 9)));
    expect(label.camera.intrinsics[0]).toBeCloseTo((4.2647 * 1.1) / 2.7, 12);
  });

  it('refuses a camera above the crown', () => {
    expect(() => anglesOfRotation(rotationFromAngles(0, 90, 0))).toThrow(/straight up or down/);
  });
});
