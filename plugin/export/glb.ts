import { AssetError } from '../../runtime/core/errors.js';

/** The parts of a binary glTF file (glTF 2.0 specification, section 4.4). */
export interface Glb<Json = unknown> {
  readonly json: Json;
  /** Buffer 0; empty where the file has none. */
  readonly binary: Uint8Array<ArrayBuffer>;
}

const magic = 0x46546c67;
const jsonChunk = 0x4e4f534a;
const binaryChunk = 0x004e4942;
const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** @throws AssetError where the bytes are no GLB of version 2 */
export function readGlb(bytes: Uint8Array<ArrayBuffer>): Glb {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20 || view.getUint32(0, true) !== magic || view.getUint32(4, true) !== 2) {
    throw new AssetError('export/glb', 'GLB: expected a binary glTF file of version 2, got another kind of file.');
  }
  const chunks = new Map<number, Uint8Array<ArrayBuffer>>();
  const end = Math.min(bytes.length, view.getUint32(8, true));
  for (let at = 12; at + 8 <= end;) {
    const length = view.getUint32(at, true);
    chunks.set(view.getUint32(at + 4, true), bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const json = chunks.get(jsonChunk);
  if (!json) throw new AssetError('export/glb', 'GLB: expected a JSON chunk, got none. The file is damaged.');
  return { json: JSON.parse(new TextDecoder().decode(json)), binary: chunks.get(binaryChunk) ?? new Uint8Array(0) };
}

/** The bytes of a GLB file. */
export function writeGlb({ json, binary }: Glb): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const binaryAt = 20 + padded(text.length);
  const size = binaryAt + (binary.length > 0 ? 8 + padded(binary.length) : 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, size, true);
  view.setUint32(12, padded(text.length), true);
  view.setUint32(16, jsonChunk, true);
  bytes.set(text, 20);
  // JSON is padded with spaces, binary data with zeros.
  bytes.fill(0x20, 20 + text.length, binaryAt);
  if (binary.length > 0) {
    view.setUint32(binaryAt, padded(binary.length), true);
    view.setUint32(binaryAt + 4, binaryChunk, true);
    bytes.set(binary, binaryAt + 8);
  }
  return bytes;
}
