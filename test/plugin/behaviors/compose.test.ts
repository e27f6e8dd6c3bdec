import '@babylonjs/core/Materials/standardMaterial.js';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FaceContribution } from '../../../plugin/behaviors/contribution.js';
import { FaceBehavior } from '../../../plugin/behaviors/faceBehavior.js';
import { showOwnFace } from '../../../plugin/behaviors/faceMixer.js';
import { createHead, createMorphMesh, createStage, type Stage, type TestHead } from './stage.js';

class Constant extends FaceBehavior {
  readonly name = 'Constant';
  constructor(public contribution: FaceContribution) {
    super();
  }
  advance(): FaceContribution {
    return this.contribution;
  }
  restart(): void {
    // It always does the same.
  }
}

let stage: Stage;
let head: TestHead;
beforeEach(() => {
  stage = createStage();
  head = createHead(stage.scene);
});
afterEach(() => stage.dispose());

const smile = (amount: number): Constant => new Constant({ expression: { mouthSmileLeft: amount } });
const influence = (): number => head.morphTargetManager!.getTargetByName('mouthSmileLeft')!.influence;

describe('behaviours', () => {
  test('add up, to each other and to what the owner set, and are given back one by one', () => {
    head.expression.mouthSmileLeft = 0.25;
    const [first, second] = [smile(0.25), smile(0.125)];
    head.addBehavior(first);
    head.addBehavior(second);
    for (let i = 0; i < 3; i++) stage.step(0.016);
    expect(influence()).toBe(0.625);
    head.removeBehavior(first);
    stage.step(0.016);
    expect(influence()).toBe(0.375);
    head.removeBehavior(second);
    expect(influence()).toBe(0.25);
    expect(first.attachedNode).toBeNull();
  });

  test('follow the owner who sets a value while they run', () => {
    head.addBehavior(smile(0.5));
    stage.step(0.016);
    head.expression.mouthSmileLeft = 0.125;
    stage.step(0.016);
    stage.step(0.016);
    expect(influence()).toBe(0.625);
    head.removeBehavior(head.behaviors[0]!);
    expect(influence()).toBe(0.125);
  });

  test('follow an owner who sets the value in every frame of their own', () => {
    let time = 0;
    stage.scene.onBeforeRenderObservable.add(() => (head.expression.mouthSmileLeft = 0.01 * ++time));
    head.addBehavior(smile(0.25));
    for (let i = 0; i < 10; i++) stage.step(0.016);
    expect(influence()).toBeCloseTo(0.35, 10);
  });

  test('stay within 0..1, and take nothing from an owner who goes beyond', () => {
    head.addBehavior(smile(0.5));
    head.expression.mouthSmileLeft = 0.75;
    stage.step(0.016);
    expect(influence()).toBe(1);
    head.expression.mouthSmileLeft = 1.5;
    stage.step(0.016);
    expect(influence()).toBe(1.5);
    head.expression.mouthSmileLeft = 0.5;
    head.behaviors.slice().forEach((behavior) => head.removeBehavior(behavior));
    head.addBehavior(smile(-2));
    stage.step(0.016);
    expect(influence()).toBe(0);
  });

  test('add to an animation that plays', () => {
    const animation = new Animation('smile', 'influence', 60, Animation.ANIMATIONTYPE_FLOAT);
    animation.setKeys([
      { frame: 0, value: 0 },
      { frame: 60, value: 0.5 },
    ]);
    const group = new AnimationGroup('group', stage.scene);
    group.addTargetedAnimation(animation, head.morphTargetManager!.getTargetByName('mouthSmileLeft'));
    head.addBehavior(smile(0.25));
    group.start(false);
    group.goToFrame(30);
    stage.step(0);
    expect(influence()).toBeCloseTo(0.5, 2);
    group.stop();
  });

  test('turn the head besides its owner', () => {
    head.pose.yaw = 0.25;
    const behavior = new Constant({ pose: { yaw: 0.125, roll: -0.0625 } });
    head.addBehavior(behavior);
    stage.step(0.016);
    stage.step(0.016);
    expect(head.pose).toEqual({ yaw: 0.375, pitch: 0, roll: -0.0625 });
    head.removeBehavior(behavior);
    expect(head.pose).toEqual({ yaw: 0.25, pitch: 0, roll: 0 });
  });

  test('ignore names that a head lacks, and numbers that are none', () => {
    const few = createMorphMesh(stage.scene, 'few', ['few_jawOpen', 'EyeBlink_L']);
    const behavior = new Constant({
      expression: { jawOpen: 0.5, eyeBlinkLeft: 0.25, mouthClose: 1, tongueOut: NaN },
      pose: { yaw: NaN },
    });
    few.addBehavior(behavior);
    stage.step(0.016);
    expect(few.morphTargetManager!.getTarget(0).influence).toBe(0.5);
    expect(few.morphTargetManager!.getTarget(1).influence).toBe(0.25);
    few.morphTargetManager!.getTarget(0).influence = NaN;
    expect(() => stage.step(0.016)).not.toThrow();
  });

  test('do nothing to a mesh that has no face, and wait for one', () => {
    const plain = createMorphMesh(stage.scene, 'plain');
    const manager = plain.morphTargetManager!;
    plain.morphTargetManager = null;
    plain.addBehavior(smile(0.5));
    stage.step(0.016);
    plain.morphTargetManager = manager;
    stage.step(0.016);
    expect(manager.getTargetByName('mouthSmileLeft')!.influence).toBe(0.5);
  });

  test('change nothing while they add nothing new', () => {
    let changes = 0;
    head.morphTargetManager!.getTargetByName('mouthSmileLeft')!.onInfluenceChanged.add(() => changes++);
    const behavior = smile(0.5);
    head.addBehavior(behavior);
    stage.step(0.016);
    behavior.contribution = { expression: { mouthSmileLeft: 0.5 + 1e-4 } };
    for (let i = 0; i < 5; i++) stage.step(0.016);
    expect(changes).toBe(1);
  });

  test('show the owner’s own face when asked, until the next frame', () => {
    head.expression.mouthSmileLeft = 0.125;
    head.addBehavior(smile(0.5));
    stage.step(0.016);
    showOwnFace(head);
    expect(influence()).toBe(0.125);
    stage.step(0.016);
    expect(influence()).toBe(0.625);
    showOwnFace(createMorphMesh(stage.scene, 'other'));
  });

  test('are not saved with their head', () => {
    head.expression.mouthSmileLeft = 0.125;
    head.addBehavior(smile(0.5));
    stage.step(0.016);
    const saved = SceneSerializer.Serialize(stage.scene) as {
      readonly morphTargetManagers: readonly { readonly targets: readonly { name: string; influence: number }[] }[];
    };
    const target = saved.morphTargetManagers[0]!.targets.find(({ name }) => name === 'mouthSmileLeft');
    expect(target!.influence).toBe(0.125);
    stage.step(0.016);
    expect(influence()).toBe(0.625);
    head.removeBehavior(head.behaviors[0]!);
    expect(Object.hasOwn(head, 'serialize')).toBe(false);
  });

  test('go with their head, and leave the scene as it was', () => {
    const { onBeforeRenderTargetsRenderObservable: occasion } = stage.scene;
    const before = occasion.observers.length;
    const behavior = smile(0.5);
    head.addBehavior(behavior);
    expect(occasion.observers.length).toBe(before + 1);
    head.dispose();
    expect(behavior.attachedNode).toBeNull();
    stage.step(0.016);
    expect(occasion.observers.filter((observer) => !observer._willBeUnregistered).length).toBe(before);
  });

  test('one behaviour moves one head at a time', () => {
    const other = createHead(stage.scene, 'other');
    const behavior = smile(0.5);
    head.addBehavior(behavior);
    stage.step(0.016);
    other.addBehavior(behavior);
    stage.step(0.016);
    expect([influence(), other.expression.mouthSmileLeft]).toEqual([0, 0.5]);
  });
});
