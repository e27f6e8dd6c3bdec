import { expect, test } from '@jest/globals';
import { ShapeError } from '../../../runtime/core/errors.js';
import { faceClipAnimationGroup, type FaceClip } from '../../../plugin/retarget/faceClip.js';
import { alice, useStage } from '../node/stage.js';

const stage = useStage();

/** Half a second of a smile that comes and goes while the head turns to its left. */
const clip: FaceClip = {
  fps: 30,
  names: ['jaw_open', 'mouthSmileLeft', 'earWiggle'],
  frames: Array.from({ length: 16 }, (_, i) => [i < 8 ? i / 8 : 1 - (i - 8) / 8, Math.sin(i / 5), 1]),
  turns: Array.from({ length: 16 }, (_, i) => [0.02 * i, -0.01 * i, 0.005 * i]),
};

test.each([false, true])(
  'a recorded face plays on a head as it was recorded; right-handed: %s',
  async (rightHanded) => {
    stage.scene.useRightHandedSystem = rightHanded;
    const head = await alice(stage.scene, { image: false });
    const group = faceClipAnimationGroup(clip, head, { name: 'me' });
    expect([group.name, group.from, group.to]).toEqual(['me', 0, 15]);
    expect(group.isPlaying).toBeFalsy();
    expect(group.targetedAnimations.map(({ target }) => (target as { name: string }).name)).toHaveLength(3);
    // Straight pieces need three keys.
    expect(group.targetedAnimations[0]!.animation.getKeys().map(({ frame }) => frame)).toEqual([0, 8, 15]);
    group.start();
    for (const frame of [0, 3, 8, 12.5, 15]) {
      group.goToFrame(frame);
      const at = (of: (i: number) => number): number => {
        const [low, high] = [Math.floor(frame), Math.ceil(frame)];
        return of(low) + (frame - low) * (of(high) - of(low));
      };
      expect(Math.abs(head.expression.jawOpen! - at((i) => clip.frames[i]![0]!))).toBeLessThan(0.005);
      expect(Math.abs(head.expression.mouthSmileLeft! - at((i) => clip.frames[i]![1]!))).toBeLessThan(0.005);
      const { yaw, pitch, roll } = head.pose;
      [yaw, pitch, roll].forEach((angle, axis) => {
        expect(Math.abs(angle - at((i) => clip.turns![i]![axis]!))).toBeLessThan(1e-4);
      });
    }
  },
);

test('a head may keep its own pose, and what is no clip is refused', async () => {
  const head = await alice(stage.scene, { image: false });
  const before = stage.scene.animationGroups.length;
  const group = faceClipAnimationGroup({ fps: 10, names: ['jawOpen'], frames: [[0.5]] }, head);
  expect([group.name, group.targetedAnimations.length]).toEqual(['face', 1]);
  expect(faceClipAnimationGroup(clip, head, { pose: false }).targetedAnimations).toHaveLength(2);
  const made = stage.scene.animationGroups.length;
  expect(made).toBe(before + 2);
  const wrong: readonly FaceClip[] = [
    { ...clip, frames: [] },
    { ...clip, turns: [[0, 0, 0]] },
    { ...clip, turns: clip.turns!.map(() => [0, 0]) },
    { ...clip, frames: clip.frames.map(() => [1, 2]) },
    { ...clip, frames: clip.frames.map(() => [1, NaN, 2]) },
  ];
  for (const each of wrong) expect(() => faceClipAnimationGroup(each, head)).toThrow(ShapeError);
  expect(() => faceClipAnimationGroup({ ...clip, fps: 0 }, head)).toThrow('frames a second');
  expect(stage.scene.animationGroups).toHaveLength(made);
});
