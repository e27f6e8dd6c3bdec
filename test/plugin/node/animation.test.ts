import { describe, expect, test } from '@jest/globals';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import '@babylonjs/core/Animations/animatable.js';
import type { PersonalizedHeadMesh } from '../../../plugin/index.js';
import { alice, useStage } from './stage.js';

const stage = useStage();

/** From one value at frame 0 to another at frame 30. */
function track(path: string, from: number, to: number): Animation {
  const animation = new Animation(path, path, 30, Animation.ANIMATIONTYPE_FLOAT, Animation.ANIMATIONLOOPMODE_CYCLE);
  animation.setKeys([
    { frame: 0, value: from },
    { frame: 30, value: to },
  ]);
  return animation;
}

const paths = {
  'expression.mouthSmileLeft': (head: PersonalizedHeadMesh) => head.expression.mouthSmileLeft!,
  smile: (head: PersonalizedHeadMesh) => head.smile,
  'pose.yaw': (head: PersonalizedHeadMesh) => head.pose.yaw,
  'latent.2': (head: PersonalizedHeadMesh) => head.latent[2]!,
  'attributes.age': (head: PersonalizedHeadMesh) => head.attributes.age!,
  latentMix: (head: PersonalizedHeadMesh) => head.latentMix,
  seed: (head: PersonalizedHeadMesh) => head.seed,
  'poseNode.rotation.y': (head: PersonalizedHeadMesh) => -head.pose.yaw,
};

describe('animation', () => {
  test.each(Object.entries(paths))('of %s is what is set by hand at frames 0, 15 and 30', async (path, read) => {
    const head = await alice(stage.scene);
    const group = new AnimationGroup('group', stage.scene);
    group.addTargetedAnimation(track(path, 0, 0.8), head);
    group.start();
    group.pause();
    for (const [frame, value] of [
      [0, 0],
      [15, 0.4],
      [30, 0.8],
    ] as const) {
      group.goToFrame(frame);
      stage.scene.render();
      expect(read(head)).toBeCloseTo(value, 6);
    }
  });

  test('drives the morph target itself, with weights and on top of another', async () => {
    const head = await alice(stage.scene);
    const target = head.morphTargetManager!.getTargetByName('jawOpen')!;
    const [half, added] = ['half', 'added'].map((name) => new AnimationGroup(name, stage.scene)) as [
      AnimationGroup,
      AnimationGroup,
    ];
    half.addTargetedAnimation(track('influence', 0.8, 0.8), target);
    added.addTargetedAnimation(track('influence', 0, 0.2), target);
    half.start(true);
    half.setWeightForAllAnimatables(0.5);
    stage.scene.render();
    expect(head.expression.jawOpen).toBeCloseTo(0.4, 6);
    half.setWeightForAllAnimatables(1);
    added.start(true, 1, 0, 30, true);
    added.pause();
    added.goToFrame(30);
    stage.scene.render();
    expect(head.expression.jawOpen).toBeGreaterThanOrEqual(0.8);
  });

  test('of a name that no head has is ignored, of NaN too', async () => {
    const head = await alice(stage.scene);
    const group = new AnimationGroup('group', stage.scene);
    group.addTargetedAnimation(track('expression.grin', 0, 1), head);
    group.addTargetedAnimation(track('expression.jawOpen', NaN, NaN), head);
    group.addTargetedAnimation(track('expression.cheekPuff', 1, 1), head);
    group.start();
    stage.scene.render();
    expect([head.expression.grin, head.expression.jawOpen, head.expression.cheekPuff]).toEqual([0, 0, 1]);
    expect(stage.errors).toEqual([]);
  });
});
