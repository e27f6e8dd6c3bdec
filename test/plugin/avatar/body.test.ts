import '@babylonjs/loaders/glTF/index.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import type { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import { AttachHeadToAvatarAsync } from '../../../plugin/index.js';
import { root as repository } from '../../package/sources.js';
import { alice, useStage } from '../node/stage.js';

const stage = useStage();
const bodies = ['woman', 'man'];
const bytesOf = (name: string): Buffer => readFileSync(join(repository, 'assets', 'avatar', `${name}.glb`));

interface Body {
  readonly root: TransformNode;
  readonly meshes: readonly AbstractMesh[];
  readonly clips: readonly AnimationGroup[];
}

async function load(name: string): Promise<Body> {
  const container = await LoadAssetContainerAsync(new Uint8Array(bytesOf(name)), stage.scene, {
    pluginExtension: '.glb',
  });
  // Two avatars of one file in one scene, as games have them.
  const made = [0, 1].map((i) =>
    container.instantiateModelsToScene((node) => `${node} ${i}`, false, { doNotInstantiate: true }),
  );
  const [{ rootNodes, animationGroups }] = made as [(typeof made)[0]];
  const root = rootNodes[0] as TransformNode;
  return { root, meshes: root.getChildMeshes(false), clips: animationGroups };
}

/** Where a mesh's vertices are now, bent by its skeleton; world space. */
function verticesOf(mesh: AbstractMesh): Vector3[] {
  mesh.skeleton!.prepare(true);
  const data = mesh.getPositionData(true)!;
  const world = mesh.computeWorldMatrix(true);
  return Array.from({ length: data.length / 3 }, (_, v) =>
    Vector3.TransformCoordinates(Vector3.FromArray(data, 3 * v), world),
  );
}
const heights = (points: readonly Vector3[]): readonly [number, number] => [
  Math.min(...points.map(({ y }) => y)),
  Math.max(...points.map(({ y }) => y)),
];

test('the bodies are small, and both together below a megabyte and a half', () => {
  expect(bodies.reduce((sum, name) => sum + bytesOf(name).length, 0)).toBeLessThan(1.5e6);
});

test.each(bodies)('%s walks on the ground and has Mixamo’s bones', async (name) => {
  const { meshes, clips, root } = await load(name);
  expect(clips.map((clip) => clip.name.split(' ')[0])).toEqual(['idle', 'walk', 'run', 'wave', 'sit']);
  expect(root.getChildTransformNodes(false).some((node) => node.name.startsWith('mixamorig:Hips'))).toBe(true);
  const part = (wanted: string): AbstractMesh => meshes.find((mesh) => mesh.name.startsWith(wanted))!;
  for (const [clip, lowest] of [
    ['idle', -0.02],
    ['walk', -0.03],
    ['sit', -0.02],
  ] as const) {
    const group = clips.find((each) => each.name.startsWith(clip))!;
    group.start(true);
    for (const share of [0, 0.2, 0.45, 0.7]) {
      group.goToFrame(group.from + share * (group.to - group.from));
      stage.scene.render();
      const [low] = heights(verticesOf(part('shoes')));
      // One foot at least stands.
      expect(low).toBeGreaterThan(lowest);
      expect(low).toBeLessThan(0.03);
    }
    group.stop();
  }
  const [, crown] = heights(verticesOf(part('skin')));
  expect(crown).toBeGreaterThan(1);
});

test.each(bodies)('%s gets a head where its own was, and its own goes', async (name) => {
  const { root, meshes, clips } = await load(name);
  const eyes = meshes.find((mesh) => mesh.name.startsWith('eyes'))!;
  const skin = meshes.find((mesh) => mesh.name.startsWith('skin'))!;
  const middleOf = (): Vector3 => {
    const points = verticesOf(eyes);
    return points.reduce((sum, point) => sum.add(point), Vector3.Zero()).scaleInPlace(1 / points.length);
  };
  const [, crown] = heights(verticesOf(skin));
  const triangles = skin.getTotalIndices() / 3;
  const head = await alice(stage.scene);
  const attachment = await AttachHeadToAvatarAsync(head, root, { skin: [0.8, 0.6, 0.5] });
  expect(attachment.bone).toContain('mixamorig:Head');
  const eyesOfHead = (): Vector3 =>
    Vector3.TransformCoordinates(new Vector3(0, 0.005, -0.0875), head.computeWorldMatrix(true));
  for (const clip of ['walk', 'wave']) {
    const group = clips.find((each) => each.name.startsWith(clip))!;
    group.start(true);
    for (const share of [0, 0.3, 0.6]) {
      group.goToFrame(group.from + share * (group.to - group.from));
      stage.scene.render();
      // The eyes' spheres are half a centimetre deeper than what EG3D calls their middle.
      expect(Vector3.Distance(eyesOfHead(), middleOf())).toBeLessThan(0.02);
    }
    group.stop();
  }
  expect(eyes.isVisible).toBe(false);
  const kept = new Set(skin.getIndices());
  const positions = skin.getVerticesData(VertexBuffer.PositionKind)!;
  const top = Math.max(...[...kept].map((v) => positions[3 * v + 1]!));
  expect(crown - top).toBeGreaterThan(0.15);
  expect(skin.material!.name).toContain('skin of');
  // Its colour is painted on vertices: 0.53, 0.29, 0.2 of linear light.
  const factor = (skin.material as PBRMaterial).albedoColor.asArray();
  const wanted = [0.8, 0.6, 0.5].map((value, c) => ((value + 0.055) / 1.055) ** 2.4 / [0.53, 0.29, 0.2][c]!);
  factor.forEach((value, c) => expect(Math.abs(value - wanted[c]!)).toBeLessThan(0.05));
  attachment.dispose();
  expect([eyes.isVisible, skin.getTotalIndices() / 3, skin.material!.name]).toEqual([true, triangles, 'skin']);
  expect(stage.errors).toEqual([]);
});
