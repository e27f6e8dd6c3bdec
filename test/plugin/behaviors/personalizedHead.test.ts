import '@babylonjs/core/Materials/standardMaterial.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import { expect, test } from '@jest/globals';
import {
  ARKIT_NAMES,
  BlinkBehavior,
  CreatePersonalizedHeadAsync,
  IdleBehavior,
  LookAtBehavior,
  PersonalizedHead,
  type PersonalizedHeadMesh,
} from '../../../plugin/index.js';
import { readGlb } from '../../../plugin/export/glb.js';
import { tinyProxy } from '../node/files.js';
import { alice, useStage } from '../node/stage.js';

/** Behaviours, saving and export on the node itself, without graphics. */
const stage = useStage();

/** Renders frames of 1/60 s. */
function run(seconds: number): void {
  stage.engine.getDeltaTime = () => 1000 / 60;
  for (let frame = 0; frame < seconds * 60; frame++) stage.scene.render();
}

/** Where the face looks in world space, by the node that clips turn. */
const ahead = (head: PersonalizedHeadMesh): Vector3 => head.poseNode.getDirection(Vector3.Forward()).normalize();

test('looks at a point with all of its mesh, as far as the head’s share goes', async () => {
  const head = await alice(stage.scene);
  head.position.set(1, 0, 0);
  const point = new Vector3(2.2, 0.6, -2);
  head.addBehavior(new LookAtBehavior({ target: point, headShare: 1, halfEyeDistance: 0, eyes: Vector3.Zero() }));
  run(2);
  expect(Vector3.Dot(ahead(head), point.subtract(head.position).normalize())).toBeGreaterThan(0.9995);
  // The nose is the corner at +z of head space.
  head.computeWorldMatrix(true);
  const nose = Vector3.TransformCoordinates(new Vector3(0, 0, -0.2), head.getWorldMatrix());
  expect(nose.x).toBeGreaterThan(1.05);
  expect(Math.max(...Object.values(head.expression))).toBeLessThan(0.02);
});

test('is saved, cloned and given back without what behaviours add', async () => {
  const head = await alice(stage.scene);
  head.pose.yaw = 0.25;
  head.expression.eyeBlinkLeft = 0.125;
  const blink = new BlinkBehavior();
  head.addBehavior(blink);
  head.addBehavior(new LookAtBehavior({ target: new Vector3(2, 0, -1) }));
  head.addBehavior(new IdleBehavior());
  run(1);
  blink.blink();
  run(0.1);
  expect(head.expression.eyeBlinkLeft).toBeGreaterThan(0.9);
  expect(head.pose.yaw).toBeGreaterThan(0.4);
  const clone = head.clone('clone');
  expect([clone.expression.eyeBlinkLeft, clone.expression.eyeBlinkRight]).toEqual([0.125, 0]);
  expect(clone.pose.yaw).toBeCloseTo(0.25, 6);
  run(1 / 60);
  expect(head.expression.eyeBlinkLeft).toBeGreaterThan(0.5);
  const saved = SceneSerializer.Serialize(stage.scene) as {
    readonly morphTargetManagers: readonly { readonly targets: readonly { id: string; influence: number }[] }[];
    readonly transformNodes: readonly { readonly id: string; readonly rotation: readonly number[] }[];
  };
  const target = saved.morphTargetManagers
    .flatMap(({ targets }) => targets)
    .find(({ id }) => id === `${head.id}.eyeBlinkLeft`);
  expect(target!.influence).toBe(0.125);
  const pose = saved.transformNodes.find(({ id }) => id === head.poseNode.id)!;
  expect(Math.abs(pose.rotation[1]!)).toBeCloseTo(0.25, 6);
  for (const behavior of [...head.behaviors]) head.removeBehavior(behavior);
  expect([head.expression.eyeBlinkLeft, head.expression.eyeBlinkRight]).toEqual([0.125, 0]);
  expect(head.pose).toEqual({ yaw: 0.25, pitch: 0, roll: 0 });
});

interface ExportedHead {
  readonly nodes: readonly unknown[];
  readonly meshes: readonly [
    {
      readonly extras: { readonly targetNames: string[] };
      readonly weights: number[];
      readonly primitives: readonly [{ readonly attributes: { readonly POSITION: number } }];
    },
  ];
  readonly accessors: readonly { readonly max?: readonly number[] }[];
  readonly images: readonly [{ readonly bufferView: number }];
  readonly bufferViews: readonly { readonly byteOffset?: number; readonly byteLength: number }[];
}

/** The document, and the file of its texture. */
async function exported(head: PersonalizedHeadMesh): Promise<{ gltf: ExportedHead; texture: Uint8Array }> {
  const { json, binary } = readGlb(new Uint8Array(await (await head.exportGLBAsync()).arrayBuffer()));
  const gltf = json as ExportedHead;
  const { byteOffset = 0, byteLength } = gltf.bufferViews[gltf.images[0].bufferView]!;
  return { gltf, texture: new Uint8Array(binary.slice(byteOffset, byteOffset + byteLength)) };
}

test('exports itself as a GLB with its own texture', async () => {
  const head = await alice(stage.scene);
  head.expression.jawOpen = 0.5;
  const { gltf, texture } = await exported(head);
  expect(gltf.nodes).toHaveLength(1);
  const [{ extras, weights }] = gltf.meshes;
  expect([...extras.targetNames].sort()).toEqual([...ARKIT_NAMES].sort());
  expect(weights[extras.targetNames.indexOf('jawOpen')]).toBe(0.5);
  expect(texture).toEqual(tinyProxy().texture);
  expect(stage.errors).toEqual([]);
});

test('exports a person’s own mesh where there is one', async () => {
  const head = await CreatePersonalizedHeadAsync('bob', 'heads/bob.head', stage.scene);
  const { gltf, texture } = await exported(head);
  const { max } = gltf.accessors[gltf.meshes[0].primitives[0].attributes.POSITION]!;
  max!.forEach((value) => expect(value).toBeCloseTo(0.25));
  expect(texture).toEqual(tinyProxy(undefined, 0.25).texture);
  expect(texture).not.toEqual(tinyProxy().texture);
});

test('behaviours go with a head that is disposed, and do not keep it from being taken off its mesh', async () => {
  const head = await alice(stage.scene);
  const idle = new IdleBehavior();
  head.addBehavior(idle);
  run(0.1);
  PersonalizedHead.Of(head)!.dispose();
  run(0.1);
  (head as Mesh).dispose();
  expect(idle.attachedNode).toBeNull();
  run(0.1);
  expect(stage.errors).toEqual([]);
});
