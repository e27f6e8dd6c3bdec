import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { turns } from '../node/stage.js';

type Babylon = typeof import('./babylon.js');
type Json = Record<string, unknown>;
interface Parented {
  metadata?: Json | null;
  parentId?: unknown;
}
interface SavedTarget extends Json {
  id: string;
  positions: number[] | null;
}

/** Parents are saved by their uniqueId, in the metadata. */
function withParent<T extends Parented>(saved: T, node: Node): T {
  saved.metadata = { ...saved.metadata, parentId: node.parent?.uniqueId };
  delete saved.parentId;
  return saved;
}

/**
 * Writes a scene as Babylon's Editor writes its projects: a file a node, named by its id, and the positions of morph
 * targets in binary files of their own.
 * @returns the files' names
 */
export function writeProject(
  { SceneSerializer }: Pick<Babylon, 'SceneSerializer'>,
  scene: Scene,
  folder: string,
): string[] {
  const names: string[] = [];
  const write = (kind: string, name: string, content: unknown): void => {
    mkdirSync(join(folder, kind), { recursive: true });
    const data = ArrayBuffer.isView(content) ? (content as Uint8Array) : JSON.stringify(content);
    writeFileSync(join(folder, kind, name), data, { flag: 'wx' });
    names.push(name);
  };
  for (const mesh of scene.meshes) {
    const saved = SceneSerializer.SerializeMesh(mesh, false, false) as {
      meshes: Parented[];
      geometries?: { vertexData: { id: string }[] };
    };
    for (const each of saved.meshes) withParent(each, mesh);
    for (const { id } of saved.geometries?.vertexData ?? []) names.push(`${id}.babylonbinarymeshdata`);
    write('meshes', `${mesh.id}.json`, saved);
    const { morphTargetManager: manager } = mesh;
    if (!manager) continue;
    const { targets, ...rest } = manager.serialize() as { targets: SavedTarget[] };
    for (const target of targets) {
      const file = `${target.id}.babylonbinarymeshdata`;
      write('morphTargets', file, new Uint8Array(Float32Array.from(target.positions!).buffer));
      Object.assign(target, { delayLoadingFile: file, positionsCount: target.positions!.length, positions: null });
    }
    write('morphTargetManagers', `${mesh.id}.json`, { ...rest, targets, meshId: mesh.id, uniqueId: manager.uniqueId });
  }
  for (const node of scene.transformNodes) {
    write('nodes', `${node.id}.json`, withParent(node.serialize() as Parented, node));
  }
  for (const [i, group] of scene.animationGroups.entries()) write('animationGroups', `${i}.json`, group.serialize());
  return names.sort();
}

/** Opens it in the Editor's order, with a moment and a frame after every step: whoever is there may act. */
export async function openProject(babylon: Babylon, folder: string, scene: Scene): Promise<void> {
  const read = (kind: string): Json[] =>
    readdirSync(join(folder, kind)).map((name) => JSON.parse(readFileSync(join(folder, kind, name), 'utf8')) as Json);
  const waiting = new Map<Node, unknown>();
  const wait = (node: Node, saved: Json): void => {
    node.uniqueId = saved.uniqueId as number;
    waiting.set(node, (saved.metadata as Json).parentId);
  };
  const step = async (): Promise<void> => {
    await turns();
    scene.render();
  };
  for (const saved of read('nodes')) wait(babylon.TransformNode.Parse(saved, scene, ''), saved);
  await step();
  for (const saved of read('meshes')) {
    const { meshes } = await babylon.ImportMeshAsync(`data:${JSON.stringify(saved)}`, scene, {
      pluginExtension: '.babylon',
    });
    wait(meshes[0]!, (saved.meshes as Json[])[0]!);
    await step();
    // So that they are in the order of the files.
    scene.removeMesh(meshes[0]!);
    scene.addMesh(meshes[0]!);
  }
  await step();
  for (const saved of read('morphTargetManagers')) {
    for (const target of saved.targets as SavedTarget[]) {
      const { buffer, byteOffset, length } = readFileSync(
        join(folder, 'morphTargets', target.delayLoadingFile as string),
      );
      if (!target.positionsCount) continue;
      const bytes = buffer.slice(byteOffset, byteOffset + length);
      target.positions = new Float32Array(bytes) as unknown as number[];
    }
    scene.getMeshById(saved.meshId as string)!.morphTargetManager = babylon.MorphTargetManager.Parse(saved, scene);
    await step();
  }
  for (const group of read('animationGroups')) babylon.AnimationGroup.Parse(group, scene);
  await step();
  const nodes = [...scene.meshes, ...scene.transformNodes];
  for (const [node, parent] of waiting) {
    node.parent = nodes.find(({ uniqueId }) => uniqueId === parent) ?? null;
  }
  await step();
}
