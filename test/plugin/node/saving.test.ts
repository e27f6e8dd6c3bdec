import { describe, expect, test } from '@jest/globals';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import '@babylonjs/core/Animations/animatable.js';
import { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { AppendSceneAsync, ImportMeshAsync, LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import '@babylonjs/core/Loading/Plugins/babylonFileLoader.js';
import '@babylonjs/core/Materials/colorCurves.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { MorphTargetManager } from '@babylonjs/core/Morph/morphTargetManager.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { PersonalizedHead, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { alice, newScene, turns, useStage } from './stage.js';

const stage = useStage();

/** A posed, smiling head and two tracks. */
async function saved(scene: Scene): Promise<{ head: PersonalizedHeadMesh; json: string }> {
  const head = await alice(scene);
  head.position.x = 2;
  head.expression.mouthSmileLeft = 0.5;
  Object.assign(head.pose, { yaw: 0.3, pitch: 0.1 });
  head.latent[1] = 0.25;
  head.attributes.age = -0.5;
  const group = new AnimationGroup('talk', scene);
  const track = (property: string): Animation => {
    const animation = new Animation(property, property, 30, Animation.ANIMATIONTYPE_FLOAT);
    animation.setKeys([
      { frame: 0, value: 0 },
      { frame: 30, value: 1 },
    ]);
    return animation;
  };
  group.addTargetedAnimation(track('influence'), head.morphTargetManager!.getTargetByName('jawOpen')!);
  group.addTargetedAnimation(track('expression.cheekPuff'), head);
  group.addTargetedAnimation(track('rotation.z'), head.poseNode);
  return { head, json: JSON.stringify(SceneSerializer.Serialize(scene)) };
}

const babylon = { pluginExtension: '.babylon' };
const headIn = (scene: Scene, name = 'alice'): PersonalizedHeadMesh =>
  scene.getMeshByName(name) as PersonalizedHeadMesh;

function expectSaved(head: PersonalizedHeadMesh): void {
  expect(head.getClassName()).toBe('Mesh');
  expect(head.position.x).toBe(2);
  expect(head.expression.mouthSmileLeft).toBe(0.5);
  expect(head.pose.yaw).toBeCloseTo(0.3);
  expect(head.pose.pitch).toBeCloseTo(0.1);
  expect(head.latent[1]).toBe(0.25);
  expect(head.attributes.age).toBe(-0.5);
  expect(head.getDescendants().map(({ id }) => id)).toEqual(['alice.neck', 'alice.pose']);
  expect(head.morphTargetManager!.numTargets).toBe(52);
}

function expectPlays(scene: Scene, head: PersonalizedHeadMesh): void {
  const group = scene.getAnimationGroupByName('talk')!;
  expect(group.targetedAnimations).toHaveLength(3);
  group.start();
  group.pause();
  group.goToFrame(15);
  scene.render();
  expect(head.expression.jawOpen).toBeCloseTo(0.5);
  expect(head.expression.cheekPuff).toBeCloseTo(0.5);
  expect(head.poseNode.rotation.z).toBeCloseTo(0.5);
}

describe('a .babylon file', () => {
  test('brings a head back with its groups', async () => {
    const { json } = await saved(stage.scene);
    const scene = newScene(stage.engine);
    await AppendSceneAsync(`data:${json}`, scene, babylon);
    const head = headIn(scene);
    expectSaved(head);
    expectPlays(scene, head);
    await head.whenReadyAsync();
    expect(head.morphTargetManager!.getTargetByName('jawOpen')!.getPositions()![10]).toBeCloseTo(-0.3);
    expect(head.morphTargetManager!.vertexCount).toBe(6);
    expect(head.material).not.toBeNull();
    // And once more.
    const again = newScene(stage.engine);
    await AppendSceneAsync(`data:${JSON.stringify(SceneSerializer.Serialize(scene))}`, again, babylon);
    expect(stage.errors).toEqual([]);
    expect(headIn(again).latent[1]).toBe(0.25);
  });

  test('holds nothing twice and nothing heavy', async () => {
    const { json } = await saved(stage.scene);
    const scene = JSON.parse(json) as {
      morphTargetManagers: unknown;
      materials: { name: string }[];
      meshes: { metadata: unknown }[];
    };
    expect(JSON.stringify(scene.morphTargetManagers).length).toBeLessThan(8000);
    // Babylon 9.12 saves one of its own.
    const own = AbstractEngine.Version.startsWith('9.12.') ? ['default material'] : [];
    expect(scene.materials.map(({ name }) => name)).toEqual(own);
    expect(JSON.stringify(scene.meshes.map(({ metadata }) => metadata)).length).toBeLessThan(400);
  });

  test('imported as meshes, the head can be animated at once', async () => {
    const { json } = await saved(stage.scene);
    const scene = newScene(stage.engine);
    const { meshes } = await ImportMeshAsync(`data:${json}`, scene, babylon);
    const head = meshes[0] as PersonalizedHeadMesh;
    expectSaved(head);
    await head.whenReadyAsync();
  });

  test('in a container the head rests until it is added', async () => {
    const { json } = await saved(stage.scene);
    const scene = newScene(stage.engine);
    const container = await LoadAssetContainerAsync(`data:${json}`, scene, babylon);
    await turns();
    expect(scene.meshes).toEqual([]);
    const head = container.meshes[0] as PersonalizedHeadMesh;
    expectSaved(head);
    expect(PersonalizedHead.Of(head)!.isReady()).toBe(false);
    container.addAllToScene();
    await head.whenReadyAsync();
    const { rootNodes } = container.instantiateModelsToScene((name) => `${name} twin`, false, {
      doNotInstantiate: true,
    });
    const twin = rootNodes[0] as PersonalizedHeadMesh;
    twin.expression.mouthSmileLeft = 0.9;
    expect(head.expression.mouthSmileLeft).toBe(0.5);
    await twin.whenReadyAsync();
  });
});

test('Babylon’s Editor opens its project: nodes, single meshes, then managers, then groups', async () => {
  const { head, json } = await saved(stage.scene);
  const all = JSON.parse(json) as { animationGroups: unknown[] };
  // As the Editor writes: parents by unique id, positions of targets in files of their own.
  const meshFile = SceneSerializer.SerializeMesh(head, false, false) as {
    meshes: { metadata: object; parentId?: number }[];
  };
  const nodes = [head.poseNode.parent as TransformNode, head.poseNode].map((node) => ({
    json: { ...(node.serialize() as object), parentId: undefined },
    parent: node.parent!.name,
  }));
  const manager = head.morphTargetManager!.serialize() as { targets: { positions?: number[] }[] };
  for (const target of manager.targets) delete target.positions;

  const scene = newScene(stage.engine);
  const files = JSON.parse(JSON.stringify({ nodes, meshFile, manager, groups: all.animationGroups })) as {
    nodes: { json: object; parent: string }[];
    meshFile: object;
    manager: object;
    groups: object[];
  };
  const parsed = files.nodes.map(({ json }) => TransformNode.Parse(json, scene, ''));
  const { meshes } = await ImportMeshAsync(`data:${JSON.stringify(files.meshFile)}`, scene, babylon);
  const loaded = meshes[0] as Mesh & PersonalizedHeadMesh;
  loaded.morphTargetManager = MorphTargetManager.Parse(files.manager, scene);
  scene.removeMesh(loaded);
  scene.addMesh(loaded);
  files.groups.forEach((group) => AnimationGroup.Parse(group, scene));
  parsed[1]!.parent = parsed[0]!;
  parsed[0]!.parent = loaded;
  await turns();
  expectSaved(loaded);
  expectPlays(scene, loaded);
  await loaded.whenReadyAsync();
  scene.render();
  expect(loaded.morphTargetManager.getTargetByName('jawOpen')!.getPositions()![10]).toBeCloseTo(-0.3);
  expect(stage.errors).toEqual([]);
});

test('a clone is a head of its own', async () => {
  const head = await alice(stage.scene);
  head.expression.jawOpen = 0.5;
  head.pose.yaw = 0.2;
  head.latent[0] = 0.1;
  const clone = head.clone('bob');
  expect([clone.expression.jawOpen, clone.pose.yaw, clone.latent[0]]).toEqual([0.5, 0.2, 0.1]);
  clone.setExpression({ jawOpen: 0.1, smile: 1 });
  clone.pose.yaw = -1;
  clone.latent[0] = 1;
  clone.seed = 4;
  expect([head.expression.jawOpen, head.smile, head.pose.yaw, head.latent[0], head.seed]).toEqual([
    0.5, 0, 0.2, 0.1, 0,
  ]);
  expect(clone.morphTargetManager).not.toBe(head.morphTargetManager);
  expect(clone.morphTargetManager!.getTargetByName('jawOpen')!.id).toBe(`${clone.id}.jawOpen`);
  expect(clone.getDescendants()).toHaveLength(2);
  await clone.whenReadyAsync();
  expect(clone.material).not.toBe(head.material);
  head.dispose();
  stage.scene.render();
  expect(clone.expression.jawOpen).toBe(0.1);
  expect(clone.clone('carol')).toHaveProperty('seed', 4);
});

test('taken out of the scene and put back, a head goes on', async () => {
  const head = await alice(stage.scene);
  head.expression.jawOpen = 0.5;
  stage.scene.removeMesh(head);
  expect(PersonalizedHead.Of(head)!.isReady()).toBe(false);
  head.pose.yaw = 0.3;
  stage.scene.render();
  stage.scene.addMesh(head);
  await head.whenReadyAsync();
  expect([head.expression.jawOpen, head.pose.yaw]).toEqual([0.5, 0.3]);
});

test('two copies of the module see the same heads', async () => {
  const head = await alice(stage.scene);
  const { jest } = import.meta as unknown as { jest: { resetModules(): void } };
  jest.resetModules();
  const copy = await import('../../../plugin/index.js');
  expect(copy.PersonalizedHead).not.toBe(PersonalizedHead);
  expect(copy.PersonalizedHead.Of(head)).toBe(PersonalizedHead.Of(head));
  copy.AttachPersonalizedHeads(stage.scene);
  await turns();
  expect(head.getDescendants()).toHaveLength(2);
});
