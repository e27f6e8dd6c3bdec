import type { ByteSource } from '../checkpoint/byteSource.js';
import { kindOfStart, openSafetensors, type Safetensors } from '../checkpoint/safetensors/safetensors.js';
import {
  encodeValues,
  expectFinite,
  planSafetensors,
  type IntegerDtype,
  type StoredDtype,
} from '../checkpoint/safetensors/safetensorsEncode.js';
import { AssetError } from '../core/errors.js';
import { formatDims, tensor } from '../core/tensor.js';
import { packMorph, unpackMorph } from './packedMorph.js';
import type { HeadProxy } from './proxy.js';
import { expectGiven } from '../core/given.js';

export const proxyFormat = 'personalized-head/proxy';
const version = '1';
/** A proxy takes half a megabyte; this bounds foreign files. */
const maxBytes = 64 * 1024 * 1024;
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

interface Stored {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: StoredDtype | IntegerDtype;
  readonly bytes: Uint8Array;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * The bytes of a proxy file, a safetensors file. Tensors: `positions` [V, 3] and `uvs` [V, 2] float32, `normals` [V, 3]
 * int8 (127: 1), `indices` [T, 3] int32, `texture` [bytes] the PNG, and for each morph `morph.<name>.mask` [V / 8], the bits
 * of the vertices that move, lowest first, `.moved` [n, 3] int8, and `.scale`, what 127 is in world units.
 * @throws AssetError where the proxy is none, NumericError where a number is not finite
 */
export function encodeProxy(proxy: HeadProxy): Uint8Array<ArrayBuffer> {
  check(proxy);
  const { positions, normals, uvs, indices, texture, morphs } = proxy;
  const vertices = positions.length / 3;
  const floats = (name: string, data: Float32Array, dims: readonly number[]): Stored => ({
    name,
    dims,
    dtype: 'F32',
    bytes: encodeValues(name, tensor(data, dims, name), 'F32'),
  });
  const stored: Stored[] = [
    floats('positions', positions, [vertices, 3]),
    floats('uvs', uvs, [vertices, 2]),
    {
      name: 'normals',
      dims: [vertices, 3],
      dtype: 'I8',
      bytes: bytesOf(Int8Array.from(normals, (n) => Math.round(n * 127))),
    },
    { name: 'indices', dims: [indices.length / 3, 3], dtype: 'I32', bytes: bytesOf(indices) },
    { name: 'texture', dims: [texture.length], dtype: 'U8', bytes: texture },
  ];
  for (const [name, morph] of morphs) {
    const { mask, moved, scale } = packMorph(morph);
    stored.push(
      { name: `morph.${name}.mask`, dims: [mask.length], dtype: 'U8', bytes: mask },
      { name: `morph.${name}.moved`, dims: [moved.length / 3, 3], dtype: 'I8', bytes: bytesOf(moved) },
      floats(`morph.${name}.scale`, Float32Array.of(scale), []),
    );
  }
  const plan = planSafetensors(
    stored,
    'F32',
    new Map([
      ['format', proxyFormat],
      ['version', version],
      ['base', proxy.baseHash],
      ['morphs', JSON.stringify([...morphs.keys()])],
    ]),
  );
  const bytes = new Uint8Array(plan.size);
  bytes.set(plan.header);
  for (const { name, bytes: values } of stored) bytes.set(values, plan.offsets.get(name));
  return bytes;
}

/**
 * Reads a proxy file. With `base`, also checks that it was made from that base.
 * @throws AssetError for a damaged or foreign file or another base's proxy, NumericError for numbers that are not finite
 */
export async function readProxy(source: ByteSource, base?: { readonly hash: string }): Promise<HeadProxy> {
  expectGiven('readProxy', 'source', source);
  if (base !== undefined) expectGiven('readProxy: base', 'options', base);
  if (source.size > maxBytes) throw wrong(`a file of at most ${maxBytes} bytes`, `${source.size}`);
  const head = await source.read(0, Math.min(9, source.size));
  if (head[8] !== 0x7b) throw wrong('a proxy (safetensors)', kindOfStart(head.length));
  const file = await openSafetensors(source);
  const { metadata } = file;
  if (metadata.get('format') !== proxyFormat) {
    throw wrong(`format "${proxyFormat}"`, `"${metadata.get('format') ?? 'none'}"`);
  }
  if (metadata.get('version') !== version) {
    throw wrong(`version ${version}`, metadata.get('version') ?? 'none', 'asset/version');
  }
  const baseHash = metadata.get('base') ?? '';
  if (base && base.hash !== baseHash) {
    throw new AssetError(
      'asset/base',
      `proxy: expected a proxy of base ${base.hash}, got one of ${baseHash.slice(0, 80)}. ` +
        'Make it again with "personalized-head proxy".',
    );
  }
  const positions = await floatsOf(file, 'positions');
  const vertices = positions.length / 3;
  const morphs = new Map<string, Float32Array>();
  for (const name of morphNames(metadata.get('morphs'))) {
    const [mask, moved] = [
      await file.integers(`morph.${name}.mask`, 'U8'),
      await file.integers(`morph.${name}.moved`, 'I8'),
    ];
    const [scale] = await floatsOf(file, `morph.${name}.scale`);
    morphs.set(name, unpackMorph(name, { mask: mask.data, moved: moved.data, scale: scale ?? NaN }, vertices));
  }
  const indices = (await file.integers('indices', 'I32')).data;
  const proxy: HeadProxy = {
    baseHash,
    positions,
    normals: unitRows((await file.integers('normals', 'I8')).data),
    uvs: await floatsOf(file, 'uvs'),
    indices: new Uint32Array(indices.buffer),
    texture: new Uint8Array((await file.integers('texture', 'U8')).data.buffer),
    morphs,
  };
  check(proxy);
  return proxy;
}

async function floatsOf({ entries }: Safetensors, name: string): Promise<Float32Array> {
  const entry = entries.get(name);
  if (!entry) throw wrong(`a tensor ${name}`, 'none');
  const { data } = await entry.read();
  expectFinite(name, data);
  return data;
}

function morphNames(text: string | undefined): readonly string[] {
  let names: unknown = null;
  try {
    names = JSON.parse(text ?? '');
  } catch {
    // Reported below.
  }
  const isNames = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length;
  if (!isNames(names)) throw wrong('a list of morphs', `"${(text ?? 'none').slice(0, 80)}"`);
  return names;
}

/** Bytes to rows of unit length. */
function unitRows(values: ArrayLike<number>): Float32Array {
  const rows = Float32Array.from(values);
  for (let v = 0; v < rows.length; v += 3) {
    const length = Math.hypot(rows[v]!, rows[v + 1]!, rows[v + 2]!);
    for (let axis = 0; axis < 3; axis++) rows[v + axis]! /= length;
  }
  return rows;
}

function check({ baseHash, positions, normals, uvs, indices, texture, morphs }: HeadProxy): void {
  const vertices = positions.length / 3;
  if (!/^[0-9a-f]{64}$/.test(baseHash)) throw wrong("its base's hash", `"${baseHash.slice(0, 80)}"`);
  if (!(vertices >= 3 && Number.isInteger(vertices))) throw wrong('positions [V, 3]', formatDims([positions.length]));
  const sizes: readonly (readonly [string, Float32Array, number])[] = [
    ['normals', normals, 3],
    ['uvs', uvs, 2],
    ...[...morphs].map(([name, morph]) => [name, morph, 3] as const),
  ];
  for (const [name, { length }, width] of sizes) {
    if (length !== vertices * width) throw wrong(`${name} [${vertices}, ${width}]`, `${length} numbers`);
  }
  expectFinite('normals', normals);
  if (indices.length === 0 || indices.length % 3 !== 0) throw wrong('triangles', `${indices.length} indices`);
  const bad = indices.find((v) => v >= vertices);
  if (bad !== undefined) throw wrong(`indices below ${vertices}`, `${bad}`);
  if (pngSignature.some((byte, i) => texture[i] !== byte)) throw wrong('a PNG texture', 'something else');
}

function wrong(expected: string, got: string, code = 'asset/proxy'): AssetError {
  return new AssetError(
    code,
    `proxy: expected ${expected}, got ${got}. Make it again with "personalized-head proxy", or copy it again.`,
  );
}
