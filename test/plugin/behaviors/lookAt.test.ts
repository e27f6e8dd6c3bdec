import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fullEyeYaw } from '../../../plugin/behaviors/gaze.js';
import { LookAtBehavior } from '../../../plugin/behaviors/lookAtBehavior.js';
import { createHead, createStage, type Stage, type TestHead } from './stage.js';

let stage: Stage | undefined;
afterEach(() => stage?.dispose());

/** Where the left eye looks, radians to the head's own left and up, head and eye together. */
const gazeOf = ({ expression: e, pose }: TestHead): { yaw: number; pitch: number } => ({
  yaw: pose.yaw + 0.5 * (e.eyeLookOutLeft! - e.eyeLookInLeft!),
  pitch: pose.pitch + 0.38 * (e.eyeLookUpLeft! - e.eyeLookDownLeft!),
});
const angle = (x: number, z: number): number => Math.atan2(x, z);

describe.each([false, true])('right-handed: %s', (rightHanded) => {
  // Both kinds of scenes: before the face, where the camera is, x to the viewer's right.
  const ahead = (distance: number): number => (rightHanded ? distance : -distance);
  const start = (): TestHead => {
    stage = createStage({ rightHanded });
    return createHead(stage.scene);
  };

  test('looks at a point with head and eyes, to its own left and right, up and down', () => {
    const head = start();
    const look = new LookAtBehavior({ halfEyeDistance: 0, eyes: Vector3.Zero() });
    head.addBehavior(look);
    for (const [x, y] of [
      [1, 0.5],
      [-1, -0.5],
    ] as const) {
      look.target = new Vector3(x, y, ahead(2));
      stage!.run(2);
      expect(gazeOf(head).yaw).toBeCloseTo(angle(x, 2), 2);
      expect(gazeOf(head).pitch).toBeCloseTo(angle(y, Math.hypot(x, 2)), 2);
      expect(head.pose.yaw).toBeCloseTo(0.6 * angle(x, 2), 2);
    }
    expect(head.expression.eyeLookInLeft).toBeGreaterThan(0.1);
    expect(head.expression.eyeLookOutRight).toBeCloseTo(head.expression.eyeLookInLeft!, 6);
    expect(head.expression.eyeLookOutLeft).toBe(0);
  });

  test('follows a camera, with the head wherever it is and however it stands', () => {
    const head = start();
    const root = new TransformNode('root', stage!.scene);
    root.position.set(3, -1, 2);
    root.scaling.setAll(25);
    root.rotation.y = 1;
    head.parent = root;
    const camera = new FreeCamera('other', Vector3.Zero(), stage!.scene);
    const local = new Vector3(0.5, 0.25, ahead(2));
    camera.position = Vector3.TransformCoordinates(local, root.computeWorldMatrix(true));
    head.addBehavior(new LookAtBehavior({ target: camera, halfEyeDistance: 0, eyes: Vector3.Zero() }));
    stage!.run(2);
    expect(gazeOf(head).yaw).toBeCloseTo(angle(0.5, 2), 2);
    expect(gazeOf(head).pitch).toBeCloseTo(angle(0.25, Math.hypot(0.5, 2)), 2);
  });
});

test('is not misled by a head whose pose turns the mesh itself', () => {
  stage = createStage();
  const head = createHead(stage.scene);
  stage.scene.onBeforeRenderTargetsRenderObservable.add(() => {
    // As the node does it; its own way to the neck does not matter here.
    head.setPivotMatrix(Matrix.RotationYawPitchRoll(-head.pose.yaw, -head.pose.pitch, head.pose.roll), false);
  });
  head.addBehavior(new LookAtBehavior({ target: new Vector3(1, 0.5, -2), halfEyeDistance: 0, eyes: Vector3.Zero() }));
  stage.run(2);
  expect(gazeOf(head).yaw).toBeCloseTo(angle(1, 2), 2);
  expect(gazeOf(head).pitch).toBeCloseTo(angle(0.5, Math.hypot(1, 2)), 2);
  expect(head.pose.yaw).toBeCloseTo(0.6 * angle(1, 2), 2);
});

describe('look', () => {
  const start = (options: ConstructorParameters<typeof LookAtBehavior>[0]): readonly [TestHead, LookAtBehavior] => {
    stage = createStage();
    const head = createHead(stage.scene);
    const look = new LookAtBehavior({ halfEyeDistance: 0, eyes: Vector3.Zero(), ...options });
    head.addBehavior(look);
    return [head, look];
  };

  test('does nothing without a target, and lets go of one slowly', () => {
    const [head, look] = start({});
    const neutral = { ...head.expression };
    stage!.run(0.5);
    expect(head.pose).toEqual({ yaw: 0, pitch: 0, roll: 0 });
    expect({ ...head.expression }).toEqual(neutral);
    look.target = new Vector3(1, 0, -2);
    stage!.run(1);
    const turned = head.pose.yaw;
    look.target = null;
    stage!.step(1 / 60);
    expect(head.pose.yaw).toBeGreaterThan(0.8 * turned);
    stage!.run(3);
    expect(head.pose.yaw).toBeCloseTo(0, 3);
    expect(gazeOf(head).yaw).toBeCloseTo(0, 3);
  });

  test('keeps its limits', () => {
    const [head] = start({ target: new Vector3(10, 8, -2), maxHeadYaw: 0.3, maxHeadPitch: 0.1 });
    stage!.run(2);
    expect(head.pose.yaw).toBeCloseTo(0.3, 3);
    expect(head.pose.pitch).toBeCloseTo(0.1, 3);
    expect(gazeOf(head).yaw).toBeCloseTo(0.3 + fullEyeYaw, 2);
    expect(Math.max(...Object.values(head.expression))).toBeLessThanOrEqual(1);
  });

  test('does not look behind itself', () => {
    const [head, look] = start({ target: new Vector3(0.1, 0, 2) });
    stage!.run(1);
    expect(head.pose.yaw).toBe(0);
    look.target = new Vector3(NaN, 0, 0);
    stage!.run(0.1);
    expect(head.pose.yaw).toBe(0);
  });

  test('moves the eyes before the head', () => {
    const [head] = start({ target: new Vector3(1, 0, -4) });
    stage!.run(0.1);
    const eyes = gazeOf(head).yaw - head.pose.yaw;
    expect(eyes).toBeGreaterThan(2 * head.pose.yaw);
  });

  test('goes the same way at any frame rate', () => {
    const [head] = start({ target: new Vector3(1, 0.5, -2) });
    stage!.run(0.2);
    const fine = head.pose.yaw;
    const [coarse] = start({ target: new Vector3(1, 0.5, -2) });
    for (let i = 0; i < 4; i++) stage!.step(0.05);
    expect(coarse.pose.yaw).toBeCloseTo(fine, 3);
  });

  test('keeps the eyes on the target while the owner turns the head', () => {
    const [head] = start({ target: new Vector3(0, 0, -2) });
    head.pose.yaw = 0.4;
    stage!.run(2);
    expect(gazeOf(head).yaw).toBeCloseTo(0, 2);
    expect(head.pose.yaw).toBeCloseTo(0.4 - 0.6 * 0.4, 2);
    head.removeBehavior(head.behaviors[0]!);
    expect(head.pose.yaw).toBe(0.4);
    expect(head.expression.eyeLookInLeft).toBe(0);
  });

  test('squints inwards at what is near', () => {
    const [head] = start({ target: new Vector3(0, 0, -0.5), halfEyeDistance: 0.066 });
    stage!.run(1);
    expect(head.expression.eyeLookInLeft).toBeCloseTo(Math.atan2(0.066, 0.5) / fullEyeYaw, 2);
    expect(head.expression.eyeLookInRight).toBeCloseTo(head.expression.eyeLookInLeft!, 6);
  });

  test('stops where its target goes', () => {
    const [head, look] = start({});
    const node = new TransformNode('target', stage!.scene);
    node.position.set(1, 0, -2);
    look.target = node;
    stage!.run(1);
    expect(head.pose.yaw).toBeGreaterThan(0.2);
    node.dispose();
    stage!.run(3);
    expect(head.pose.yaw).toBeCloseTo(0, 3);
  });

  test('does nothing in a world of no size', () => {
    const [head, look] = start({});
    head.scaling.setAll(0);
    stage!.run(0.1);
    look.target = new Vector3(1, 0, -2);
    expect(() => stage!.run(0.1)).not.toThrow();
    expect(head.pose.yaw).toBe(0);
  });
});
