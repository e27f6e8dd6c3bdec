import '@babylonjs/loaders/glTF/index.js';
import { ImportAnimationsAsync, SceneLoaderAnimationGroupLoadingMode } from '@babylonjs/core/Loading/sceneLoader.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { headTargetConverter } from '../../../plugin/retarget/targetConverter.js';
import { importFaceClipsAsync } from '../../../plugin/retarget/importFaceClips.js';
import { visemeAmounts } from '../../../plugin/vocabulary/visemes.js';
import { vrmAmounts } from '../../../plugin/vocabulary/vrm.js';
import { createHead, createStage, type Stage, type TestHead } from '../behaviors/stage.js';
import { clipFile, yaw, type ClipFile } from './clipFiles.js';

let stage: Stage;
let head: TestHead & { readonly poseNode: TransformNode };
let told: string[];
beforeEach(() => {
  stage = createStage();
  head = Object.assign(createHead(stage.scene), { poseNode: new TransformNode('pose', stage.scene) });
  told = [];
  jest.spyOn(Logger, 'Warn').mockImplementation((message) => void told.push(String(message)));
});
afterEach(() => {
  jest.restoreAllMocks();
  stage.dispose();
});

/** From rest to a face and back, in two seconds. */
const face = (names: readonly string[], middle: readonly number[]): ClipFile => ({
  nodes: [{ name: 'Face' }],
  names,
  times: [0, 1, 2],
  weights: [names.map(() => 0), middle, names.map(() => 0)],
});

/** What moves in the middle of a clip. */
async function middleOf(source: Uint8Array<ArrayBuffer>): Promise<Record<string, number>> {
  const [clip] = await importFaceClipsAsync(source, head, { pluginExtension: '.glb' });
  clip!.start(true);
  clip!.goToFrame((clip!.from + clip!.to) / 2);
  return Object.fromEntries(Object.entries(head.expression).filter(([, amount]) => amount > 1e-6));
}

const near = (amounts: Readonly<Record<string, number>>): unknown =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, expect.closeTo(amount, 4)]));

test('a clip of an avatar with Oculus visemes plays whole, and what has no place is told once', async () => {
  const names = ['viseme_aa', 'viseme_PP', 'mouthSmile', 'eyesClosed', 'browInnerUp', 'earWiggle'];
  expect(await middleOf(clipFile(face(names, [1, 0, 0.6, 1, 0.3, 1])))).toEqual(
    near({ ...visemeAmounts.aa, mouthSmileLeft: 0.6, mouthSmileRight: 0.6, eyeBlinkLeft: 1, eyeBlinkRight: 1, browInnerUp: 0.3 }), // prettier-ignore
  );
  expect(told).toEqual([expect.stringContaining('it has no earWiggle')]);
});

test.each<[string, string[], number[], Readonly<Record<string, number>>]>([
  ['visemes alone', ['viseme_aa', 'viseme_O'], [1, 0], visemeAmounts.aa],
  ['VRM 0 presets', ['A', 'Blink', 'Neutral'], [1, 1, 1], { ...visemeAmounts.aa, ...vrmAmounts.blink }],
  ['VRM 1 presets', ['blink', 'happy'], [0.5, 0], { eyeBlinkLeft: 0.5, eyeBlinkRight: 0.5 }],
])('%s', async (_what, names, weights, amounts) => {
  expect(await middleOf(clipFile(face(names, weights)))).toEqual(near(amounts));
});

test('names that share an expression add up', async () => {
  const amounts = await middleOf(clipFile(face(['viseme_aa', 'viseme_O', 'jawOpen'], [0.2, 0.5, 0.1])));
  expect(amounts.jawOpen).toBeCloseTo(0.2 * 0.65 + 0.5 * 0.42 + 0.1, 4);
});

test('a face that is turned by the group that holds it turns the head', async () => {
  const nodes = [{ name: 'grp_transform' }, { name: 'mesh_2', parent: 0 }, { name: 'lamp' }];
  const turns = [
    { node: 0, quaternions: [yaw(0), yaw(0.4), yaw(0)] },
    { node: 2, quaternions: [yaw(0), yaw(1), yaw(0)] },
  ];
  await middleOf(clipFile({ ...face(['jawOpen'], [1]), nodes, meshNode: 1, turns }));
  // In left-handed scenes turning to one's own left is negative about y.
  expect(head.poseNode.rotationQuaternion!.toEulerAngles().y).toBeCloseTo(-0.4, 4);
});

test('a VRM animation plays its expressions and turns its head', async () => {
  const file = clipFile({
    nodes: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    times: [0, 1, 2],
    turns: [{ node: 0, quaternions: [yaw(0), yaw(0.3), yaw(0)] }],
    moves: [{ node: 1, points: [[0, 0, 0], [1, 0, 0], [0, 0, 0]] }], // prettier-ignore
    extensions: {
      VRMC_vrm_animation: {
        specVersion: '1.0',
        humanoid: { humanBones: { head: { node: 0 } } },
        expressions: { preset: { aa: { node: 1 } } },
      },
    },
  });
  expect(await middleOf(file)).toEqual(near(visemeAmounts.aa));
  expect(head.poseNode.rotationQuaternion!.toEulerAngles().y).toBeCloseTo(-0.3, 4);
  expect(stage.scene.animationGroups).toHaveLength(1);
});

test.each<[string, ClipFile, string]>([
  ['moves nothing known', face(['earWiggle', 'jawOpne'], [1, 1]), 'earWiggle, jawOpne (did you mean jawOpen?)'],
  ['is in percent', face(['jawOpen'], [80]), 'Divide percent by 100'],
])('a clip that %s is refused by name', async (_what, clip, message) => {
  await expect(middleOf(clipFile(clip))).rejects.toThrow(message);
});

test('what is no file, or no head, is an error of ours', async () => {
  await expect(importFaceClipsAsync(undefined as never, head)).rejects.toMatchObject({ code: 'retarget/source' });
  await expect(middleOf(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'retarget/file' });
  await expect(importFaceClipsAsync('a.glb', null as never)).rejects.toMatchObject({ code: 'retarget/head' });
});

test('Babylon’s own import leads visemes to what they are made of', async () => {
  await ImportAnimationsAsync(clipFile(face(['viseme_aa', 'viseme_O'], [1, 0.5])), stage.scene, {
    pluginExtension: '.glb',
    animationGroupLoadingMode: SceneLoaderAnimationGroupLoadingMode.NoSync,
    targetConverter: headTargetConverter(head),
  });
  const [clip] = stage.scene.animationGroups;
  clip!.start();
  for (const share of [0.25, 0.5, 1, 0.5]) clip!.goToFrame(clip!.from + share * (clip!.to - clip!.from));
  expect(head.expression.jawOpen).toBeCloseTo(0.65 + 0.5 * 0.42, 4);
});
