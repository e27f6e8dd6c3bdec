import '@babylonjs/loaders/glTF/index.js';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import { ImportAnimationsAsync, SceneLoaderAnimationGroupLoadingMode } from '@babylonjs/core/Loading/sceneLoader.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeGlb } from '../../../plugin/export/glb.js';
import { headTargetConverter } from '../../../plugin/retarget/targetConverter.js';
import { importFaceClipsAsync } from '../../../plugin/retarget/importFaceClips.js';
import { retargetAnimationGroup } from '../../../plugin/retarget/retarget.js';
import { createHead, createMorphMesh, createStage, type Stage, type TestHead } from '../behaviors/stage.js';

let stage: Stage;
let head: TestHead;
beforeEach(() => {
  stage = createStage();
  head = createHead(stage.scene);
});
afterEach(() => stage.dispose());

/** From 0 to a value over 30 frames. */
function rise(property: string, to: number): Animation {
  const animation = new Animation(property, property, 30, Animation.ANIMATIONTYPE_FLOAT);
  animation.setKeys([
    { frame: 0, value: 0 },
    { frame: 30, value: to },
  ]);
  return animation;
}

/** A clip for another face: two meshes with the same target, a target of its own, and a bone. */
function createClip(): AnimationGroup {
  const { scene } = stage;
  const face = createMorphMesh(scene, 'Wolf3D_Head', ['Wolf3D_Head_JawOpen', 'mouthSmile_L', 'earWiggle']);
  const teeth = createMorphMesh(scene, 'Wolf3D_Teeth', ['jawOpen']);
  const clip = new AnimationGroup('talking', scene);
  const add = (target: MorphTarget | TransformNode, animation: Animation): void => {
    clip.addTargetedAnimation(animation, target);
  };
  add(face.morphTargetManager!.getTarget(0), rise('influence', 1));
  add(face.morphTargetManager!.getTarget(1), rise('influence', 0.5));
  add(face.morphTargetManager!.getTarget(2), rise('influence', 1));
  add(teeth.morphTargetManager!.getTarget(0), rise('influence', 0.1));
  add(new TransformNode('jawOpen', scene), rise('position.x', 1));
  return clip;
}

describe('a clip for another face', () => {
  test('plays on a head by the names of its targets, and on nothing else', () => {
    const clip = createClip();
    const missing: string[] = [];
    const group = retargetAnimationGroup(clip, head, { onMissing: (name) => missing.push(name) });
    expect(group.targetedAnimations).toHaveLength(2);
    expect(missing).toEqual(['earWiggle']);
    expect([group.name, group.from, group.to]).toEqual(['talking', 0, 30]);
    group.start();
    group.goToFrame(15);
    expect(head.expression.jawOpen).toBeCloseTo(0.5, 6);
    expect(head.expression.mouthSmileLeft).toBeCloseTo(0.25, 6);
    expect(head.expression.mouthSmileRight).toBe(0);
    const { targetedAnimations } = clip;
    const own = targetedAnimations.slice(0, 4).map(({ target }) => (target as MorphTarget).influence);
    expect(own).toEqual([0, 0, 0, 0]);
  });

  test('gives a group of its own: keys changed there do not change the clip', () => {
    const clip = createClip();
    const group = retargetAnimationGroup(clip, head, { name: 'mine' });
    group.targetedAnimations[0]!.animation.getKeys()[1]!.value = 0.75;
    expect(clip.targetedAnimations[0]!.animation.getKeys()[1]!.value).toBe(1);
    expect(stage.scene.animationGroups.map(({ name }) => name)).toEqual(['talking', 'mine']);
  });

  test('is refused where nothing of it fits, and leaves no group', () => {
    const clip = new AnimationGroup('dance', stage.scene);
    clip.addTargetedAnimation(rise('position.x', 1), new TransformNode('hip', stage.scene));
    expect(() => retargetAnimationGroup(clip, head)).toThrow('got "dance", which moves none');
    const other = createMorphMesh(stage.scene, 'other', ['wag']);
    clip.addTargetedAnimation(rise('influence', 1), other.morphTargetManager!.getTarget(0));
    expect(() => retargetAnimationGroup(clip, head)).toThrow('which moves wag');
    expect(stage.scene.animationGroups).toHaveLength(1);
  });
});

/** A triangle with two named morph targets and a clip of one second that moves both and turns a head left by 0.6, as glTF. */
function clipGlb(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const positions = [0, 0, 0, 1, 0, 0, 0, 1, 0];
  const delta = positions.map(() => 0.1);
  const times = [0, 1];
  const weights = [0, 0, 1, 0.5];
  const turns = [0, 0, 0, 1, 0, Math.sin(0.3), 0, Math.cos(0.3)];
  const arrays = [positions, delta, times, weights, turns];
  const binary = new Uint8Array(new Float32Array(arrays.flat()).buffer);
  const starts = arrays.map((_, i) => arrays.slice(0, i).flat().length * 4);
  const accessor = (i: number, type: string, count: number): object => ({
    bufferView: i,
    componentType: 5126,
    count,
    type,
    ...(type === 'VEC3' ? { min: [0, 0, 0], max: [1, 1, 0.1] } : { min: [0], max: [1] }),
  });
  return writeGlb({
    json: {
      asset: { version: '2.0' },
      scene: 0,
      scenes: [{ nodes: [0, 1] }],
      nodes: [{ name: 'face', mesh: 0 }, { name: 'mixamorig:Head' }],
      meshes: [
        {
          primitives: [{ attributes: { POSITION: 0 }, targets: names.map(() => ({ POSITION: 1 })) }],
          extras: { targetNames: names },
        },
      ],
      animations: [
        {
          name: 'grin',
          channels: [
            { sampler: 0, target: { node: 0, path: 'weights' } },
            { sampler: 1, target: { node: 0, path: 'translation' } },
            { sampler: 2, target: { node: 1, path: 'rotation' } },
          ],
          samplers: [
            { input: 2, output: 3 },
            { input: 2, output: 4 },
            { input: 2, output: 5 },
          ],
        },
      ],
      accessors: [
        accessor(0, 'VEC3', 3),
        accessor(1, 'VEC3', 3),
        accessor(2, 'SCALAR', 2),
        accessor(3, 'SCALAR', 4),
        accessor(0, 'VEC3', 2),
        { bufferView: 4, componentType: 5126, count: 2, type: 'VEC4' },
      ],
      bufferViews: arrays.map((array, i) => ({ buffer: 0, byteOffset: starts[i], byteLength: array.length * 4 })),
      buffers: [{ byteLength: binary.length }],
    },
    binary,
  });
}

describe('a glTF clip', () => {
  const middle = (group: AnimationGroup): void => {
    group.start();
    group.goToFrame((group.from + group.to) / 2);
  };

  test('is imported onto a head, and nothing of its own face stays', async () => {
    const { meshes, materials } = stage.scene;
    const before = [meshes.length, materials.length];
    const groups = await importFaceClipsAsync(clipGlb(['JawOpen', 'eyeBlink_R']), head, { pluginExtension: '.glb' });
    expect(groups.map(({ name }) => name)).toEqual(['grin']);
    expect(stage.scene.animationGroups).toEqual(groups);
    expect([meshes.length, materials.length]).toEqual(before);
    middle(groups[0]!);
    expect(head.expression.jawOpen).toBeCloseTo(0.5, 5);
    expect(head.expression.eyeBlinkRight).toBeCloseTo(0.25, 5);
  });

  test('turns a head that has a pose, by its joint of that name', async () => {
    const poseNode = new TransformNode('pose', stage.scene);
    const source = clipGlb(['jawOpen', 'eyeBlinkRight']);
    const posed = Object.assign(head, { poseNode });
    const [group] = await importFaceClipsAsync(source, posed, { pluginExtension: '.glb' });
    group!.start();
    group!.goToFrame(group!.to);
    // In left-handed scenes turning to one's own left is negative about y.
    expect(poseNode.rotationQuaternion!.toEulerAngles().y).toBeCloseTo(-0.6, 5);
    expect(head.expression.jawOpen).toBeCloseTo(1, 5);
    const still = await importFaceClipsAsync(source, posed, { pluginExtension: '.glb', pose: false });
    expect(still[0]!.targetedAnimations).toHaveLength(2);
    expect(stage.scene.transformNodes).toEqual([poseNode]);
  });

  test('that fits no head is refused, and leaves the scene as it was', async () => {
    const before = stage.scene.meshes.length;
    const importing = importFaceClipsAsync(clipGlb(['earLeft', 'earRight']), head, { pluginExtension: '.glb' });
    await expect(importing).rejects.toThrow("none of the file's 1 clips moves a morph target of head");
    expect(stage.scene.meshes.length).toBe(before);
    expect(stage.scene.animationGroups).toEqual([]);
  });

  test('comes through Babylon’s own import with our converter', async () => {
    await ImportAnimationsAsync(clipGlb(['jawOpen', 'unknown']), stage.scene, {
      pluginExtension: '.glb',
      animationGroupLoadingMode: SceneLoaderAnimationGroupLoadingMode.NoSync,
      targetConverter: headTargetConverter(head),
    });
    const group = stage.scene.animationGroups.find(({ name }) => name === 'grin')!;
    middle(group);
    expect(head.expression.jawOpen).toBeCloseTo(0.5, 5);
    stage.step(0.016);
  });
});
