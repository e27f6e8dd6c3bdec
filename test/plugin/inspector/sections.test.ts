import { expect, test } from '@jest/globals';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { HeadScheduler, PersonalizedHead, CreatePersonalizedHeadAsync, ARKIT_NAMES } from '../../../plugin/index.js';
import { headOf, isHeadMesh } from '../../../plugin/inspector/headOf.js';
import type { HeadRow, NumberRow } from '../../../plugin/inspector/row.js';
import { headSections } from '../../../plugin/inspector/sections.js';
import type { PersonalizedHeadMesh } from '../../../plugin/node/members.js';
import { alice, useStage } from '../node/stage.js';

const stage = useStage();

const face = (): Promise<PersonalizedHeadMesh> =>
  CreatePersonalizedHeadAsync('face', 'heads/base.safetensors', stage.scene);

const rowsOf = (head: PersonalizedHeadMesh): HeadRow[] => headSections.flatMap(({ rows }) => [...rows(head)]);
const numbersOf = (head: PersonalizedHeadMesh): NumberRow[] => rowsOf(head).filter((row) => row.kind === 'number');
const labelsOf = (head: PersonalizedHeadMesh): string[] => rowsOf(head).map(({ label }) => label);

function rowOf<Kind extends HeadRow['kind']>(
  head: PersonalizedHeadMesh,
  kind: Kind,
  label: string,
): Extract<HeadRow, { kind: Kind }> {
  const found = rowsOf(head).find((row) => row.kind === kind && row.label === label);
  expect([label, found?.kind]).toEqual([label, kind]);
  return found as Extract<HeadRow, { kind: Kind }>;
}

test('a mesh is a head where one is attached, whatever it is called', async () => {
  const head = await alice(stage.scene);
  head.getClassName = () => 'Something';
  const clone = head.clone('bob');
  const plain = new Mesh('head', stage.scene);
  plain.metadata = head.metadata as unknown;
  const others = [plain, stage.scene, {}, 'head', 5, null, undefined];
  expect([head, clone].map(isHeadMesh)).toEqual([true, true]);
  expect(others.map(isHeadMesh)).toEqual(others.map(() => false));
  expect(headOf(head)).toBe(PersonalizedHead.Of(head));
  head.dispose();
  expect(isHeadMesh(head)).toBe(false);
});

test('five sections, every line known by its label', async () => {
  expect(headSections.map(({ name }) => name)).toEqual(['Identity', 'Expression', 'Pose', 'Quality', 'Stats']);
  for (const head of [await alice(stage.scene), await face()]) {
    const labels = labelsOf(head);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toEqual(
      expect.arrayContaining([...ARKIT_NAMES, 'smile', 'latentMix', 'yaw', 'renderScale', 'shown']),
    );
  }
});

test('a person has anchors, a face of the base a seed', async () => {
  const [person, bare] = [await alice(stage.scene), await face()];
  expect(labelsOf(person).filter((label) => /^(anchor|seed)/.test(label))).toEqual([
    'anchor 0',
    'anchor 1',
    'anchor 2',
  ]);
  expect(labelsOf(bare).filter((label) => /^(anchor|seed)/.test(label))).toEqual(['seed']);
  const texts = (head: PersonalizedHeadMesh): string[] =>
    ['person', 'base', 'base hash'].map((label) => rowOf(head, 'text', label).get(head));
  expect(texts(person)).toEqual(['alice.head', 'any with its hash', 'a'.repeat(16)]);
  expect(texts(bare)).toEqual(['none', 'base.safetensors', 'a'.repeat(16)]);
});

test('every number is the head’s own, written and read', async () => {
  const head = await alice(stage.scene);
  head.attributes = { age: 0.25 };
  const rows = numbersOf(head);
  expect(rows.length).toBeGreaterThan(65);
  for (const { label, min, max, step, stored, get, set } of rows) {
    const value = min + step * Math.floor((0.6 * (max - min)) / step);
    set(head, value);
    expect([label, get(head)]).toEqual([label, expect.closeTo(value, 5)]);
    if (!stored) continue;
    // The path from the mesh leads to the same value, and to the object whose member it is.
    const names = stored.path.split('.');
    const owner = names.slice(0, -1).reduce<unknown>((object, name) => Reflect.get(object as object, name), head);
    expect(stored.owner(head)).toBe(owner);
    expect(stored.key).toBe(names.at(-1));
    expect([label, Reflect.get(owner as object, stored.key)]).toEqual([label, expect.closeTo(value, 5)]);
  }
  expect(head.attributes.age).not.toBe(0.25);
});

test('lines follow what else moves a head', async () => {
  const head = await alice(stage.scene);
  head.morphTargetManager!.getTargetByName('mouthSmileLeft')!.influence = 0.5;
  head.poseNode.rotation.y = -0.25;
  stage.scene.render();
  const values = ['mouthSmileLeft', 'smile', 'yaw'].map((label) => rowOf(head, 'number', label).get(head));
  expect(values).toEqual([0.5, 0.25, expect.closeTo(0.25, 6)]);
});

test('a head is cloned whole while an inspector watches its properties', async () => {
  const head = await alice(stage.scene);
  // As Babylon's Inspector does to hear of what is set.
  for (const name of ['name', 'subMeshes', 'smile'] as const) {
    let owner: object = head;
    while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object;
    const found = Object.getOwnPropertyDescriptor(owner, name)!;
    let value = found.value as unknown;
    const plain = { get: () => value, set: (next: unknown) => (value = next) };
    const accessors = found.get ? { get: found.get.bind(head), set: found.set!.bind(head) } : plain;
    Object.defineProperty(head, name, { configurable: true, enumerable: true, ...accessors });
  }
  const clone = head.clone('bob');
  expect([clone.name, clone.subMeshes.length]).toEqual(['bob', 1]);
  clone.smile = 0.5;
  expect([clone.expression.mouthSmileLeft, head.smile]).toEqual([0.5, 0]);
});

test('expression and pose are put back', async () => {
  const head = await alice(stage.scene);
  for (const row of numbersOf(head)) row.set(head, row.max);
  rowOf(head, 'button', 'Reset expression').press(head);
  rowOf(head, 'button', 'Reset pose').press(head);
  expect(ARKIT_NAMES.filter((name) => head.expression[name] !== 0)).toEqual([]);
  expect([head.pose.yaw, head.pose.pitch, head.pose.roll]).toEqual([0, 0, 0]);
  expect(head.latentMix).toBe(1);
});

test('looks are kept to be mixed', async () => {
  const head = await alice(stage.scene);
  const looks = rowOf(head, 'text', 'looks');
  expect(looks.get(head)).toBe('now → now');
  rowOf(head, 'button', 'Mix from this look').press(head);
  head.latent = [0, 0.5, 0.25];
  rowOf(head, 'button', 'Mix to this look').press(head);
  expect(head.looks).toEqual([{ latent: {} }, { latent: { 1: 0.5, 2: 0.25 } }]);
  expect(looks.get(head)).toBe('neutral → 0.5 of 1 + 0.25 of 2');
  const bare = await face();
  bare.seed = 7;
  rowOf(bare, 'button', 'Mix to this look').press(bare);
  expect(rowOf(bare, 'text', 'looks').get(bare)).toBe('now → seed 7');
});

test('quality is the head’s and its scene’s', async () => {
  const head = await alice(stage.scene);
  const automatic = rowOf(head, 'switch', 'automatic scale');
  expect(automatic.get(head)).toBe(true);
  rowOf(head, 'number', 'renderScale').set(head, 0.5);
  expect([automatic.get(head), head.renderScale]).toEqual([false, 0.5]);
  automatic.set(head, true);
  expect(head.renderScale).toBe('auto');
  rowOf(head, 'number', 'maxActiveHeads').set(head, 3);
  expect(HeadScheduler.Of(stage.scene).maxActiveHeads).toBe(3);
  const image = rowOf(head, 'switch', 'neural image');
  image.set(head, false);
  expect([image.get(head), PersonalizedHead.Of(head)!.imageEnabled]).toEqual([false, false]);
  expect(head.metadata).toMatchObject({ personalizedHead: { options: { image: false } } });
  image.set(head, true);
  await head.whenReadyAsync();
  expect(image.get(head)).toBe(true);
});

test('stats say what is shown, and what failed', async () => {
  const head = await alice(stage.scene);
  const stat = (label: string): string => rowOf(head, 'text', label).get(head);
  expect(['shown', 'picture', 'active heads', 'last error'].map(stat)).toEqual([
    'textured mesh',
    'no image',
    '0 of at most 8',
    'none',
  ]);
  head.onErrorObservable.notifyObservers(new Error('out of memory'));
  expect(stat('last error')).toBe('out of memory');
});
