import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import '@babylonjs/core/Animations/animatable.js';
import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { describe, expect, test } from '@jest/globals';
import type { PersonalizedHeadMesh } from '../../../plugin/index.js';
import { headBoneOf } from '../../../plugin/retarget/boneNames.js';
import { retargetAnimationGroup } from '../../../plugin/retarget/retarget.js';
import { alice, useStage } from '../node/stage.js';

const stage = useStage();

test.each([
  ['Head', 'head'],
  ['mixamorig:Head', 'head'],
  ['mixamorigHead', 'head'],
  ['J_Bip_C_Head', 'head'],
  ['Bip001 Head', 'head'],
  ['head.x', 'head'],
  ['CC_Base_NeckTwist01', 'neck'],
  ['neck_01', 'neck'],
  ['mixamorig:Neck1', 'neck'],
  ['HEAD', 'head'],
  ['HeadTop_End', undefined],
  ['mixamorig:HeadTop_End', undefined],
  ['headband', undefined],
  ['Wolf3D_Hair', undefined],
  ['LeftForeArm', undefined],
])('%s is %s', (name, bone) => {
  expect(headBoneOf(name)).toBe(bone);
});

const yawOf = (angle: number): Quaternion => Quaternion.RotationAxis(Vector3.Up(), angle);
const pitchUpOf = (angle: number): Quaternion => Quaternion.RotationAxis(Vector3.Right(), -angle);

interface Figure {
  readonly neck: TransformNode;
  readonly head: TransformNode;
}

/** A figure as glTF files have them: z up inside an armature, and joints that stand anyhow. */
function figure(): Figure {
  const { scene } = stage;
  const root = new TransformNode('__root__', scene);
  if (!scene.useRightHandedSystem) {
    root.rotationQuaternion = yawOf(Math.PI);
    root.scaling.z = -1;
  }
  const node = (name: string, parent: TransformNode, rest: Quaternion): TransformNode => {
    const made = new TransformNode(name, scene);
    made.parent = parent;
    made.rotationQuaternion = rest;
    return made;
  };
  const armature = node('Armature', root, Quaternion.RotationAxis(Vector3.Right(), -Math.PI / 2));
  const spine = node('Spine', armature, Quaternion.FromEulerAngles(0.3, -0.2, 1.1));
  const neck = node('mixamorig:Neck', spine, Quaternion.FromEulerAngles(-0.4, 0.7, 0.1));
  const head = node('mixamorig:Head', neck, Quaternion.FromEulerAngles(0.2, 0.5, -0.6));
  return { neck, head };
}

/** How the file's figure is turned at rest, without the loader's root. */
function restOf(node: TransformNode): Quaternion {
  const parent = node.parent as TransformNode;
  const own = node.rotationQuaternion!;
  return parent.name === '__root__' ? own.clone() : restOf(parent).multiply(own);
}

/** A track under which the joint turns in the figure's own space, its parents at rest. */
function turning(node: TransformNode, turns: readonly Quaternion[]): Animation {
  const parent = restOf(node.parent as TransformNode);
  const own = node.rotationQuaternion!;
  const animation = new Animation('turn', 'rotationQuaternion', 60, Animation.ANIMATIONTYPE_QUATERNION);
  animation.setKeys(
    turns.map((turn, i) => ({
      frame: 30 * i,
      value: parent.conjugate().multiply(turn).multiply(parent).multiply(own),
    })),
  );
  return animation;
}

function play(group: AnimationGroup, frame: number): void {
  group.start();
  group.pause();
  group.goToFrame(frame);
  stage.scene.render();
}

const poseOf = ({ pose }: PersonalizedHeadMesh): number[] => [pose.yaw, pose.pitch, pose.roll];
const expectPose = (head: PersonalizedHeadMesh, pose: readonly number[]): void =>
  poseOf(head).forEach((angle, i) => expect(angle).toBeCloseTo(pose[i]!, 5));

describe.each([false, true])('a clip’s head, right-handed: %s', (rightHanded) => {
  test('turns the pose as the figure turns, however its joints stand', async () => {
    stage.scene.useRightHandedSystem = rightHanded;
    const head = await alice(stage.scene);
    const joints = figure();
    const clip = new AnimationGroup('nod', stage.scene);
    clip.addTargetedAnimation(turning(joints.head, [Quaternion.Identity(), yawOf(0.6), pitchUpOf(0.4)]), joints.head);
    clip.addTargetedAnimation(
      turning(joints.head.parent!.parent as TransformNode, [yawOf(1), yawOf(2)]),
      joints.neck.parent,
    );
    const group = retargetAnimationGroup(clip, head);
    expect(group.targetedAnimations).toHaveLength(1);
    // A left-handed scene's eyes see the same: to the figure's own left, and up.
    play(group, 30);
    expectPose(head, [0.6, 0, 0]);
    play(group, 60);
    expectPose(head, [0, 0.4, 0]);
    play(group, 0);
    expectPose(head, [0, 0, 0]);
    // The clip's own figure has not moved.
    expect(joints.head.rotationQuaternion!.equalsWithEpsilon(Quaternion.FromEulerAngles(0.2, 0.5, -0.6), 1e-6)).toBe(
      true,
    );
  });

  test('adds what the neck does, between keys too', async () => {
    stage.scene.useRightHandedSystem = rightHanded;
    const head = await alice(stage.scene);
    const { neck, head: skull } = figure();
    const clip = new AnimationGroup('look', stage.scene);
    clip.addTargetedAnimation(turning(skull, [Quaternion.Identity(), pitchUpOf(0.5)]), skull);
    clip.addTargetedAnimation(turning(neck, [Quaternion.Identity(), yawOf(0.8)]), neck);
    const group = retargetAnimationGroup(clip, head);
    play(group, 30);
    // The neck carries the head: its turn comes last, as yaw does in a pose.
    expectPose(head, [0.8, 0.5, 0]);
    play(group, 15);
    expect(head.pose.yaw).toBeCloseTo(0.4, 2);
    expect(head.pose.pitch).toBeCloseTo(0.25, 2);
  });
});

test('a clip’s head is left alone where that is asked for, or where there is no pose', async () => {
  const head = await alice(stage.scene);
  const joints = figure();
  const clip = new AnimationGroup('nod', stage.scene);
  clip.addTargetedAnimation(turning(joints.head, [Quaternion.Identity(), yawOf(0.6)]), joints.head);
  expect(() => retargetAnimationGroup(clip, head, { pose: false })).toThrow('got "nod", which moves none');
  expect(head.poseNode.rotationQuaternion).toBeNull();
  clip.addTargetedAnimation(turning(joints.head, [yawOf(0.1)]), joints.neck.parent);
  expect(retargetAnimationGroup(clip, head).targetedAnimations.map(({ target }) => target as unknown)).toEqual([
    head.poseNode,
  ]);
});
