import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Scene } from '@babylonjs/core/scene.js';
import * as plugin from '../../../plugin/index.js';
import type { PersonalizedHeadMesh } from '../../../plugin/index.js';
import { registry } from '../../../plugin/registry.js';
import { serve, served } from '../node/files.js';
import { turns } from '../node/stage.js';
import * as babylon from './babylon.js';
import { openProject, writeProject } from './projectFolder.js';

type Babylon = typeof babylon;

// The Editor parses with the project's folder, the game with `/scene/`: one address is right in both.
const url = '../heads/alice.head';
const rootUrl = 'project/public/scene/';
// The Editor's preview does without an image; its user's game does not.
const options = { rootUrl, image: false };

let folder = '';
const errors: string[] = [];
const scenes: Scene[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
  errors.length = 0;
  for (const name of ['alice.head', 'base.proxy.safetensors']) {
    served.set(`${rootUrl}../heads/${name}`, served.get(`heads/${name}`)!);
  }
  serve();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  registry().savePositions = false;
  for (const scene of scenes.splice(0)) scene.getEngine().dispose();
  jest.restoreAllMocks();
});

function newScene({ FreeCamera, Logger, NullEngine, Scene, Vector3 }: Babylon = babylon): Scene {
  jest.spyOn(Logger, 'Log').mockImplementation(() => undefined);
  jest.spyOn(Logger, 'Warn').mockImplementation(() => undefined);
  jest.spyOn(Logger, 'Error').mockImplementation((message) => void errors.push(String(message)));
  const scene = new Scene(new NullEngine());
  new FreeCamera('camera', new Vector3(0, 0, -3), scene);
  scenes.push(scene);
  return scene;
}

/** A smiling, turned head with two tracks, and a group that opens its jaw. */
async function savedAsync(name = 'Ann é:1'): Promise<string[]> {
  const scene = newScene();
  plugin.AttachPersonalizedHeads(scene, options);
  const head = await plugin.CreatePersonalizedHeadAsync(name, url, scene);
  head.smile = 0.8;
  head.pose.yaw = 0.5;
  const track = (path: string) => {
    const animation = new babylon.Animation(path, path, 60, babylon.Animation.ANIMATIONTYPE_FLOAT);
    animation.setKeys([
      { frame: 0, value: 0 },
      { frame: 60, value: 1 },
    ]);
    return animation;
  };
  head.animations = [track('smile'), track('pose.yaw')];
  const group = new babylon.AnimationGroup('talk', scene);
  group.addTargetedAnimation(track('influence'), head.morphTargetManager!.getTargetByName('jawOpen')!);
  return writeProject(babylon, scene, folder);
}

async function expectHeadAsync(scene: Scene): Promise<PersonalizedHeadMesh> {
  expect(scene.meshes).toHaveLength(1);
  const head = scene.meshes[0] as PersonalizedHeadMesh;
  await head.whenReadyAsync();
  await turns();
  scene.render();
  expect(head.smile).toBeCloseTo(0.8);
  expect(head.pose.yaw).toBeCloseTo(0.5);
  expect(head.animations.map(({ targetProperty }) => targetProperty)).toEqual(['smile', 'pose.yaw']);
  expect(scene.transformNodes).toHaveLength(2);
  expect(head.poseNode.parent?.parent).toBe(head);
  expect(head.morphTargetManager!.numTargets).toBe(52);
  expect(head.morphTargetManager!.getTargetByName('jawOpen')!.getPositions()![10]).toBeCloseTo(-0.3);
  expect(head.morphTargetManager!.supportsPositions).toBe(true);
  const group = scene.animationGroups[0]!;
  group.start();
  group.pause();
  group.goToFrame(30);
  expect(head.expression.jawOpen).toBeCloseTo(0.5);
  // As the timeline does it.
  const animatable = scene.beginAnimation(head, 0, 60);
  animatable.goToFrame(45);
  expect([head.smile, head.pose.yaw].map((value) => value.toFixed(2))).toEqual(['0.75', '0.75']);
  animatable.stop();
  expect(errors).toEqual([]);
  return head;
}

describe.each([false, true])('a project of the Editor, positions saved: %s', (savePositions) => {
  beforeEach(() => void (registry().savePositions = savePositions));

  test('comes back with the plugin there first', async () => {
    const names = await savedAsync();
    // Names of files on Windows too.
    expect(names.filter((name) => !/^[\w.-]+$/.test(name))).toEqual([]);
    const scene = newScene();
    plugin.AttachPersonalizedHeads(scene, options);
    await openProject(babylon, folder, scene);
    const head = await expectHeadAsync(scene);
    // What the Editor does without must not be taken from the game.
    expect((head.metadata as { personalizedHead: object }).personalizedHead).not.toHaveProperty('options');
    // Saved again it is the same.
    rmSync(folder, { recursive: true, force: true });
    expect(writeProject(babylon, scene, folder)).toEqual(names);
  });

  test('comes back with the plugin there last; without it, it can be exported where positions are saved', async () => {
    await savedAsync();
    (import.meta as unknown as { jest: { resetModules(): void } }).jest.resetModules();
    // No plugin has touched it.
    const untouched: Babylon = await import('./babylon.js');
    const scene = newScene(untouched);
    await openProject(untouched, folder, scene);
    expect(scene.meshes[0]).not.toHaveProperty('expression');
    const exported = (): unknown => untouched.SceneSerializer.Serialize(scene);
    if (savePositions) expect(exported).not.toThrow();
    const late = await import('../../../plugin/index.js');
    late.AttachPersonalizedHeads(scene, options);
    expect(exported).not.toThrow();
    await expectHeadAsync(scene);
  });

  test('can be exported where the files of its heads are missing', async () => {
    await savedAsync();
    const scene = newScene();
    plugin.AttachPersonalizedHeads(scene, { rootUrl: 'nowhere/' });
    await openProject(babylon, folder, scene);
    const { morphTargetManagers } = babylon.SceneSerializer.Serialize(scene) as { morphTargetManagers: unknown[] };
    expect(morphTargetManagers).toHaveLength(1);
  });
});

test('ids follow the mesh’s, and those of former versions are found', async () => {
  const scene = newScene();
  const head = await plugin.CreatePersonalizedHeadAsync('alice', 'heads/alice.head', scene);
  head.pose.yaw = 0.25;
  const group = new babylon.AnimationGroup('talk', scene);
  const nod = new babylon.Animation('nod', 'rotation.x', 60, babylon.Animation.ANIMATIONTYPE_FLOAT);
  nod.setKeys([{ frame: 0, value: 0.1 }]);
  group.addTargetedAnimation(nod, head.poseNode);
  const saved = JSON.stringify(babylon.SceneSerializer.Serialize(scene)).replace(
    /"alice\.(neck|pose|\w+)"/g,
    '"alice:$1"',
  );
  head.id = 'tool-1';
  scene.render();
  const ids = [...head.getDescendants(), head.morphTargetManager!.getTargetByName('jawOpen')!].map(({ id }) => id);
  expect(ids).toEqual(['tool-1.neck', 'tool-1.pose', 'tool-1.jawOpen']);
  const uniqueIds = [head.poseNode, head.poseNode.parent!, head.clone('bob').poseNode].map(({ uniqueId }) => uniqueId);
  // Beyond whatever Babylon counts to in a session.
  expect(uniqueIds.filter((id) => id > 2 ** 32 && Number.isSafeInteger(id))).toHaveLength(3);
  expect(new Set(uniqueIds).size).toBe(3);

  const other = new babylon.Scene(scene.getEngine());
  new babylon.FreeCamera('camera', new babylon.Vector3(0, 0, -3), other);
  await babylon.AppendSceneAsync(`data:${saved}`, other, { pluginExtension: '.babylon' });
  expect(other.transformNodes.map(({ id }) => id)).toEqual(['alice:neck', 'alice:pose']);
  const loaded = other.meshes[0] as PersonalizedHeadMesh;
  expect(loaded.pose.yaw).toBeCloseTo(0.25);
  expect(other.animationGroups[0]!.targetedAnimations[0]!.target).toBe(loaded.poseNode);
  other.render();
  expect(other.transformNodes.map(({ id }) => id)).toEqual(['alice.neck', 'alice.pose']);
});

test('every member of a head can be asked what the Editor’s picker asks', async () => {
  const head = await plugin.CreatePersonalizedHeadAsync('alice', 'heads/alice.head', newScene());
  head.attributes.age = 0.5;
  const numbers: string[] = [];
  const visit = (object: object, path: string, depth: number): void => {
    for (const key of Object.keys(object)) {
      const value = (object as Record<string, unknown>)[key];
      const at = path ? `${path}.${key}` : key;
      if (typeof value === 'number') numbers.push(at);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      const asked = value as { getClassName?: () => string; then?: unknown; toJSON?: unknown; clone?: () => object };
      asked.getClassName?.();
      if (depth < 2 && /^(expression|pose|latent|attributes)$/.test(at)) visit(value, at, depth + 1);
    }
  };
  visit(head, '', 0);
  expect(numbers).toEqual(
    expect.arrayContaining(['smile', 'expression.jawOpen', 'pose.yaw', 'latent.0', 'attributes.age']),
  );
  for (const values of [head.expression, head.attributes, head.latent as object]) {
    for (const name of ['getClassName', 'clone', 'dispose', 'toJSON', 'then', '_x', Symbol.iterator]) {
      expect(Reflect.get(values, name)).toBeUndefined();
      expect(Reflect.set(values, name, 1)).toBe(true);
    }
    expect(await Promise.resolve(values)).toBe(values);
  }
  // A track for a name that no head has still finds a number.
  expect(head.expression.grin).toBe(0);
});
