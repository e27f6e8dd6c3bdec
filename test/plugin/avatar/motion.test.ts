import { readFileSync } from 'node:fs';
import '@babylonjs/core/Animations/animatable.js';
import '@babylonjs/core/Meshes/instancedMesh.js';
import { describe, expect, test } from '@jest/globals';
import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import { Space } from '@babylonjs/core/Maths/math.axis.js';
import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import '@babylonjs/core/Physics/joinedPhysicsEngineComponent.js';
import '@babylonjs/core/Physics/v2/physicsEngineComponent.js';
import { HavokPlugin } from '@babylonjs/core/Physics/v2/Plugins/havokPlugin.js';
import { Ragdoll, RagdollBoneProperties } from '@babylonjs/core/Physics/v2/ragdoll.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import HavokPhysics from '@babylonjs/havok';
import { AttachHeadToAvatarAsync, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { alice, useStage } from '../node/stage.js';
import { createFigure, mixamo, type Figure, type FigureOptions } from './figure.js';

const stage = useStage();

async function attach(options: FigureOptions = {}): Promise<{ figure: Figure; head: PersonalizedHeadMesh }> {
  const figure = createFigure(stage.scene, options);
  const head = await alice(stage.scene);
  await AttachHeadToAvatarAsync(head, figure.root);
  stage.scene.render();
  return { figure, head };
}

/** Where a point of the head bone's skin is in the head mesh's own space: the same in all frames if the head follows. */
function held({ figure, head }: { figure: Figure; head: Mesh }): () => Vector3 {
  const point = new Vector3(0.05, 1.62, 0.08);
  return () =>
    Vector3.TransformCoordinates(figure.skinned(mixamo.head, point), head.computeWorldMatrix(true).clone().invert());
}
const expectNear = (a: Vector3, b: Vector3, within = 1e-3): void => expect(Vector3.Distance(a, b)).toBeLessThan(within);

const nodeOf = (figure: Figure, name: string): TransformNode => figure.bone(name).getTransformNode()!;

/** A clip that turns a joint about its own y from none to an angle in 60 frames. */
function turning(figure: Figure, name: string, angle: number): AnimationGroup {
  const node = nodeOf(figure, name);
  const clip = new Animation('turn', 'rotationQuaternion', 60, Animation.ANIMATIONTYPE_QUATERNION);
  const rest = node.rotationQuaternion!.clone();
  clip.setKeys([
    { frame: 0, value: rest },
    { frame: 60, value: rest.multiply(Quaternion.RotationAxis(Vector3.Up(), angle)) },
  ]);
  const group = new AnimationGroup(`${name} ${angle}`, stage.scene);
  group.addTargetedAnimation(clip, node);
  return group;
}

describe('a head on a body that moves', () => {
  test('goes where two blended clips put its bone, in the same frame', async () => {
    const made = await attach();
    const where = held(made);
    const before = where();
    const still = made.head.getWorldMatrix().clone();
    const clips = [turning(made.figure, mixamo.head, 0.9), turning(made.figure, mixamo.head, -0.3)];
    for (const [i, clip] of clips.entries()) {
      clip.start(true);
      clip.setWeightForAllAnimatables(i === 0 ? 0.75 : 0.25);
      clip.goToFrame(45);
    }
    for (let frame = 0; frame < 3; frame++) {
      stage.scene.render();
      expectNear(where(), before);
    }
    // They did move it.
    expect(
      Vector3.Distance(made.head.getWorldMatrix().getRow(2)!.toVector3(), still.getRow(2)!.toVector3()),
    ).toBeGreaterThan(0.01);
    // One fades into the other.
    clips[0]!.setWeightForAllAnimatables(0);
    clips[1]!.setWeightForAllAnimatables(1);
    stage.scene.render();
    expectNear(where(), before);
    expect(stage.errors).toEqual([]);
  });

  test('goes along with a clip that moves the root, and has no pose from it', async () => {
    const made = await attach();
    const where = held(made);
    const before = where();
    const hips = nodeOf(made.figure, mixamo.hips);
    const walk = new Animation('walk', 'position', 60, Animation.ANIMATIONTYPE_VECTOR3);
    walk.setKeys([
      { frame: 0, value: hips.position.clone() },
      { frame: 60, value: hips.position.add(new Vector3(0.4, 0.1, 2)) },
    ]);
    const group = turning(made.figure, mixamo.hips, 1.2);
    group.addTargetedAnimation(walk, hips);
    group.start(true);
    group.goToFrame(59);
    const place = made.head.getAbsolutePosition().clone();
    stage.scene.render();
    expectNear(where(), before);
    expect(Vector3.Distance(made.head.getAbsolutePosition(), place)).toBeGreaterThan(1.5);
    expect([made.head.pose.yaw, made.head.pose.pitch, made.head.pose.roll].every((x) => Math.abs(x) < 1e-3)).toBe(true);
  });

  test.each([true, false])(
    'falls with a ragdoll that writes bones in world space; bones follow nodes: %s',
    async (linked) => {
      const made = await attach({ linked });
      const where = held(made);
      const before = where();
      const { figure } = made;
      let fall = 0;
      // As Babylon's Ragdoll does with what its bodies tell.
      stage.scene.onBeforeRenderObservable.add(() => {
        fall += 0.3;
        const turn = Quaternion.RotationAxis(new Vector3(1, 0.2, 0).normalize(), fall);
        const bones = [mixamo.hips, mixamo.chest, mixamo.neck, mixamo.head];
        bones.forEach((name, i) => {
          const bone = figure.bone(name);
          if (i === 0) bone.setAbsolutePosition(new Vector3(0.2 * fall, 1 - 0.2 * fall, 0), figure.body);
          bone.setRotationQuaternion(
            turn.multiply(Quaternion.RotationAxis(Vector3.Up(), 0.1 * i)),
            Space.WORLD,
            figure.body,
          );
        });
      });
      for (let frame = 0; frame < 4; frame++) {
        stage.scene.render();
        expectNear(where(), before);
      }
      expect(made.head.getWorldMatrix().asArray().every(Number.isFinite)).toBe(true);
    },
  );
});

/** Havok's own reader asks `fetch` for a file. */
const wasmBinary = readFileSync('node_modules/@babylonjs/havok/lib/esm/HavokPhysics.wasm').buffer;

describe.each([true, false])('a ragdoll of Havok bodies; bones follow nodes: %s', (linked) => {
  test('takes the head along from its first frame to the ground', async () => {
    const { scene } = stage;
    expect(
      scene.enablePhysics(new Vector3(0, -9.81, 0), new HavokPlugin(false, await HavokPhysics({ wasmBinary }))),
    ).toBe(true);
    try {
      const made = await attach({ linked });
      const where = held(made);
      const before = where();
      const start = made.head.getAbsolutePosition().clone();
      const { hips, chest, neck, head, leftArm, rightArm } = mixamo;
      const { figure } = made;
      const trunk = Object.assign(new RagdollBoneProperties(), { bones: [hips, chest], size: 0.2 });
      const ends = [neck, head, leftArm, rightArm];
      const bend = { rotationAxis: Vector3.Right(), min: -0.7, max: 0.7 };
      const limbs = Object.assign(new RagdollBoneProperties(), { bones: ends, size: 0.1, ...bend });
      const ragdoll = new Ragdoll(figure.skeleton, figure.body, [trunk, limbs]);
      scene.render();
      expectNear(where(), before);
      // It takes the bones away from their nodes.
      ragdoll.ragdoll();
      ragdoll.getAggregate(-1).body.applyImpulse(new Vector3(3, 0, 5), new Vector3(0, 1.2, 0));
      let turned = 0;
      for (let frame = 0; frame < 40; frame++) {
        scene.render();
        expectNear(where(), before);
        const { yaw, pitch, roll } = made.head.pose;
        turned = Math.max(turned, Math.hypot(yaw, pitch, roll));
      }
      const fallen = made.head.getAbsolutePosition();
      expect(start.y - fallen.y).toBeGreaterThan(0.5);
      expect(made.head.getWorldMatrix().asArray().every(Number.isFinite)).toBe(true);
      // The neck gave way, and the face is lit and posed as it lies.
      expect(turned).toBeGreaterThan(0.02);
      ragdoll.dispose();
      expect(stage.errors).toEqual([]);
    } finally {
      scene.disablePhysicsEngine();
    }
  });
});

test('several meshes with skeletons of their own for the same joints are one figure, and lose one head', async () => {
  const figure = createFigure(stage.scene);
  const { body, skeleton } = figure;
  // As glTF files come that have a skin for every mesh.
  const shirt = body.clone('shirt');
  shirt.makeGeometryUnique();
  shirt.skeleton = skeleton.clone('skin of the shirt');
  shirt.skeleton.bones.forEach((bone, i) => bone.linkTransformNode(skeleton.bones[i]!.getTransformNode()));
  const indices = (): number[] =>
    [body, shirt].map((mesh) => mesh.subMeshes.reduce((sum, { indexCount }) => sum + indexCount, 0));
  const all = indices();
  const head = await alice(stage.scene);
  const attachment = await AttachHeadToAvatarAsync(head, figure.root);
  // The head's own triangle and its end's, on each.
  expect(indices()).toEqual(all.map((count) => count - 6));
  attachment.dispose();
  expect(indices()).toEqual(all);
});

test('skin of hands alone is measured on the hands', async () => {
  const figure = createFigure(stage.scene);
  const hands = figure.body.clone('hands');
  hands.makeGeometryUnique();
  // Babylon declares its materials as mixins, which the rule takes for another class.

  hands.material = figure.body.material!.clone('skin of hands')!;
  const count = hands.getTotalVertices();
  const arm = figure.bone(mixamo.leftArm).getIndex();
  const each = (values: readonly number[]): Float32Array =>
    Float32Array.from({ length: 4 * count }, (_, i) => values[i % 4]!);
  hands.setVerticesData(VertexBuffer.MatricesIndicesKind, each([arm, arm, arm, arm]));
  hands.setVerticesData(VertexBuffer.ColorKind, each([0.5, 0.5, 0.25, 1]));
  const seen = new Map<string, Color3>();
  await AttachHeadToAvatarAsync(await alice(stage.scene), figure.root, {
    skin: [0.8, 0.6, 0.5],
    tint: ({ name }, { avatar }) => void seen.set(name.split(' ')[0]!, avatar),
  });
  // Its colour by the vertices' own.
  expect(seen.get('skin')).toEqual(new Color3(0.25, 0.125, 0.05));
});

test('an instance shares its head with its source, which is told', async () => {
  const figure = createFigure(stage.scene);
  const instance = figure.body.createInstance('twin');
  const head = await alice(stage.scene);
  await expect(AttachHeadToAvatarAsync(head, instance)).rejects.toMatchObject({
    code: 'avatar/instance',
    message: expect.stringMatching(/twin.*doNotInstantiate/) as unknown,
  });
  expect([head.parent, figure.body.isVisible]).toEqual([null, true]);
});
