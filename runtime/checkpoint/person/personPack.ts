import { deflateSync, inflateSync } from 'fflate';
import { AssetError } from '../../core/errors.js';
import { sizeOf, type Tensor } from '../../core/tensor.js';

/**
 * Many small tensors as one: a person has some 170 of them, and a safetensors header takes 100 bytes for each. `packed` [n]
 * holds their values one after the other by name; `index` is the deflated text of their names and sizes, a line each:
 * `backbone.synthesis.b8.conv0.lora_A 3 4608`.
 */
export interface PersonPack {
  readonly packed: Tensor;
  /** A multiple of eight bytes, so that what follows it in a file stays aligned. */
  readonly index: Uint8Array<ArrayBuffer>;
}

/** Factors and replacements are packed; anchors and what else a file may hold keep their names. */
export const isPacked = (name: string): boolean => /\.lora_[AB]$/.test(name) || name.startsWith('set.');

/** Bounds what a foreign file can unfold to. */
const maxIndexBytes = 64 * 1024;

const alignment = 8;

export function packTensors(tensors: ReadonlyMap<string, Tensor>): PersonPack {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const data = new Float32Array(sorted.reduce((sum, [, tensor]) => sum + tensor.data.length, 0));
  let at = 0;
  for (const [, tensor] of sorted) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  const text = sorted.map(([name, { dims }]) => [name, ...dims].join(' ')).join('\n');
  const deflated = deflateSync(new TextEncoder().encode(text), { level: 9, mem: 12 });
  // Zeros after a deflate stream's last block are not read.
  const index = new Uint8Array(Math.ceil(deflated.length / alignment) * alignment);
  index.set(deflated);
  return { packed: { dims: [data.length], data }, index };
}

/** @throws AssetError where index and values do not fit each other */
export function unpackTensors({ packed, index }: PersonPack): Map<string, Tensor> {
  if (index.length > maxIndexBytes) throw damaged(`at most ${maxIndexBytes} bytes`, `${index.length}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(inflateSync(index));
  } catch (cause) {
    throw damaged('deflated text', (cause as Error).message.slice(0, 80), cause);
  }
  const tensors = new Map<string, Tensor>();
  let at = 0;
  for (const line of text === '' ? [] : text.split('\n')) {
    const [name = '', ...sizes] = line.split(' ');
    const dims = sizes.map(Number);
    if (!isPacked(name) || tensors.has(name) || !dims.every((size) => Number.isInteger(size) && size >= 0)) {
      throw damaged('lines of a name and sizes', `"${line.slice(0, 80)}"`);
    }
    const end = at + sizeOf(dims);
    if (end > packed.data.length) throw damaged(`at most ${packed.data.length} values`, `${end} at ${name}`);
    tensors.set(name, { dims, data: packed.data.slice(at, end) });
    at = end;
  }
  if (at !== packed.data.length) throw damaged(`${packed.data.length} values`, `${at}`);
  return tensors;
}

function damaged(expected: string, got: string, cause?: unknown): AssetError {
  return new AssetError(
    'asset/person',
    `person index: expected ${expected}, got ${got}. The file is damaged; copy or download it again.`,
    { cause },
  );
}
