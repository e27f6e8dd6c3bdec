import { writeGlb } from '../../../plugin/export/glb.js';

export interface ClipFile {
  readonly nodes: readonly { readonly name: string; readonly parent?: number }[];
  /** Morph targets of the mesh that node `meshNode` holds. */
  readonly names?: readonly string[];
  readonly meshNode?: number;
  readonly times: readonly number[];
  /** [times][names] */
  readonly weights?: readonly (readonly number[])[];
  readonly turns?: readonly { readonly node: number; readonly quaternions: readonly (readonly number[])[] }[];
  readonly moves?: readonly { readonly node: number; readonly points: readonly (readonly number[])[] }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A small GLB with one clip: named morph tracks of one triangle, turns and moves of nodes. */
export function clipFile(clip: ClipFile): Uint8Array<ArrayBuffer> {
  const { nodes, names = [], meshNode = 0, times, weights = [], turns = [], moves = [], extensions } = clip;
  const values: number[] = [];
  const views: object[] = [];
  const accessors: object[] = [];
  const add = (data: readonly number[], accessor: object): number => {
    views.push({ buffer: 0, byteOffset: 4 * values.length, byteLength: 4 * data.length });
    values.push(...data);
    return accessors.push({ bufferView: views.length - 1, componentType: 5126, ...accessor }) - 1;
  };
  const corner = { count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0.1] };
  const position = add([0, 0, 0, 1, 0, 0, 0, 1, 0], corner);
  const moved = add([0, 0, 0.1, 0, 0, 0.1, 0, 0, 0.1], corner);
  const time = add(times, { count: times.length, type: 'SCALAR', min: [times[0]], max: [times.at(-1)] });
  const samplers: object[] = [];
  const channels: object[] = [];
  const animate = (node: number, path: string, data: readonly number[], type: string, count: number): void => {
    const output = add(data, { count, type });
    channels.push({ sampler: samplers.push({ input: time, output }) - 1, target: { node, path } });
  };
  if (names.length > 0) animate(meshNode, 'weights', weights.flat(), 'SCALAR', weights.flat().length);
  for (const { node, quaternions } of turns) animate(node, 'rotation', quaternions.flat(), 'VEC4', times.length);
  for (const { node, points } of moves) animate(node, 'translation', points.flat(), 'VEC3', times.length);
  const children = nodes.map((_, i) => nodes.flatMap(({ parent }, j) => (parent === i ? [j] : [])));
  const binary = new Uint8Array(new Float32Array(values).buffer);
  const targets = names.map(() => ({ POSITION: moved }));
  return writeGlb({
    json: {
      asset: { version: '2.0' },
      scene: 0,
      scenes: [{ nodes: nodes.flatMap(({ parent }, i) => (parent === undefined ? [i] : [])) }],
      nodes: nodes.map(({ name }, i) => ({
        name,
        ...(children[i]!.length > 0 ? { children: children[i] } : {}),
        ...(i === meshNode && names.length > 0 ? { mesh: 0 } : {}),
      })),
      meshes: [{ primitives: [{ attributes: { POSITION: position }, targets }], extras: { targetNames: names } }],
      animations: [{ name: 'take', samplers, channels }],
      buffers: [{ byteLength: binary.length }],
      bufferViews: views,
      accessors,
      ...(extensions ? { extensions, extensionsUsed: Object.keys(extensions) } : {}),
    },
    binary,
  });
}

/** About y, from a figure's front to its own left. */
export const yaw = (angle: number): number[] => [0, Math.sin(angle / 2), 0, Math.cos(angle / 2)];
