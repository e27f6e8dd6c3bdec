import type { ByteSource } from '../../../runtime/checkpoint/byteSource.js';
import { openSafetensors, type Safetensors } from '../../../runtime/checkpoint/safetensors/safetensors.js';
import { AssetError } from '../../../runtime/core/errors.js';
import type { Graph } from '../../../runtime/network/graph.js';
import { landmarkCount, type FaceTopology } from './faceTopology.js';
import type { LayerList } from './layer.js';
import { netGraph, type NetTensors } from './netGraph.js';
import { expectGiven } from '../../../runtime/core/given.js';

const format = 'personalized-head/faces';
const version = '1';
const remedy = 'Take assets/faces.safetensors of this version of the package.';

/** Nets of assets/faces.safetensors: two that find faces, one for landmarks, one that tells people from background. */
export const netNames = ['fullRange', 'shortRange', 'landmarks', 'matte'] as const;
export type NetName = (typeof netNames)[number];

export interface FaceAsset {
  readonly topology: FaceTopology;
  /** Reads a net's weights and builds its graph. */
  graph(name: NetName): Promise<Graph>;
}

/** Layer lists come with the package: they are checked as far as a wrong file is told from the right one. */
function parseLists(text: string | undefined): Readonly<Record<NetName, LayerList>> {
  let lists: unknown;
  try {
    lists = JSON.parse(text ?? '');
  } catch {
    lists = undefined;
  }
  for (const name of netNames) {
    const list = (lists as Partial<Record<NetName, Partial<LayerList>>> | undefined)?.[name];
    if (!Array.isArray(list?.layers) || typeof list.size !== 'number' || typeof list.outputs !== 'object') {
      throw new AssetError('faces/nets', `faces: expected a layer list of the net ${name}, got none. ${remedy}`);
    }
  }
  return lists as Readonly<Record<NetName, LayerList>>;
}

async function readTopology(file: Safetensors): Promise<FaceTopology> {
  const vertices = file.entries.get('topology.vertices');
  const [mirror, triangles] = [
    await file.integers('topology.mirror', 'I32'),
    await file.integers('topology.triangles', 'I32'),
  ];
  if (!vertices || mirror.data.length !== landmarkCount) {
    throw new AssetError('faces/topology', `faces: expected ${landmarkCount} landmarks, got another mesh. ${remedy}`);
  }
  return {
    mirror: Int32Array.from(mirror.data),
    triangles: Int32Array.from(triangles.data),
    vertices: (await vertices.read()).data,
  };
}

async function openFile(source: ByteSource): Promise<Safetensors> {
  const file = await openSafetensors(source);
  const [foundFormat, foundVersion] = [file.metadata.get('format'), file.metadata.get('version')];
  if (foundFormat !== format || foundVersion !== version) {
    throw new AssetError(
      'faces/format',
      `faces: expected "${format}" ${version}, got "${foundFormat ?? 'no format'}" ${foundVersion ?? ''}. ${remedy}`,
    );
  }
  return file;
}

/**
 * Opens assets/faces.safetensors. Weights are read when a graph is asked for, so `source` stays open until then.
 * @throws AssetError `faces/format`, `faces/nets` or `faces/topology` where it is another file
 */
export async function openFaceAsset(source: ByteSource): Promise<FaceAsset> {
  const file = await openFile(source);
  const lists = parseLists(file.metadata.get('nets'));
  return {
    topology: await readTopology(file),
    graph: async (name) => {
      const entries = [...file.entries].filter(([key]) => key.startsWith(`${name}.`));
      const tensors: NetTensors = new Map(
        await Promise.all(entries.map(async ([key, entry]) => [key, await entry.read()] as const)),
      );
      return netGraph(name, lists[name], tensors);
    },
  };
}

/** Mirror table, triangles and canonical face of assets/faces.safetensors, without its nets. */
export async function readFaceTopology(source: ByteSource): Promise<FaceTopology> {
  expectGiven('readFaceTopology', 'source', source);
  return readTopology(await openFile(source));
}
