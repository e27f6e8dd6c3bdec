import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { notFound, type PhotoFiles } from '../../../personalize/photos/photoFiles.js';
import { cameraLabel } from '../../../runtime/camera/camera.js';
import { lookAt } from '../../../runtime/camera/lookAt.js';

/** Files in memory; reads are counted. */
export class MemoryFiles implements PhotoFiles {
  reads = 0;

  constructor(readonly files: Map<string, Uint8Array>) {}

  list(): Promise<readonly string[]> {
    return Promise.resolve([...this.files.keys()].sort());
  }

  read(name: string): Promise<Uint8Array> {
    this.reads++;
    const bytes = this.files.get(name);
    return bytes ? Promise.resolve(bytes) : Promise.reject(notFound(name));
  }
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A JPEG of one colour. */
export function jpegOf(width: number, height: number, color: readonly [number, number, number]): Uint8Array {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => color[i % 4] ?? 255);
  return new Uint8Array(encodeJpeg({ width, height, data }, 95).data);
}

/** A grey PNG. */
export function greyPng(width: number, height: number, value: (x: number, y: number) => number): Uint8Array {
  const data = Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  return encodePng({ width, height, data, channels: 1, depth: 8 });
}

/** EG3D's 25 numbers of a camera that looks at the origin. */
export function labelAt(x: number, y: number, z: number): number[] {
  // JSON knows no -0.
  return Array.from(cameraLabel(lookAt([x, y, z], [0, 0, 0], 4.2647)), (value) => value + 0);
}

export const front = labelAt(0, 0, 2.7);

export type Entry = readonly [name: string, label: unknown];

export const datasetOf = (entries: readonly Entry[]): Uint8Array => utf8(JSON.stringify({ labels: entries }));

/** A whole set: dataset.json of these entries, a grey JPEG of side 24 for each, and what else is given. */
export function setOf(entries: readonly Entry[], others: Readonly<Record<string, Uint8Array>> = {}): MemoryFiles {
  const photo = jpegOf(24, 24, [128, 128, 128]);
  const files = new Map(entries.map(([name]) => [name, photo] as [string, Uint8Array]));
  files.set('dataset.json', datasetOf(entries));
  for (const [name, bytes] of Object.entries(others)) files.set(name, bytes);
  return new MemoryFiles(files);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** The PNG with one more chunk before its picture data: the encoder cannot write tRNS of grey and RGB. */
export function withChunk(png: Uint8Array, type: string, content: readonly number[]): Uint8Array {
  const chunk = new Uint8Array(12 + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  chunk.set(utf8(type), 4);
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)));
  // The signature takes 8 bytes, IHDR 25.
  return Uint8Array.from([...png.subarray(0, 33), ...chunk, ...png.subarray(33)]);
}
