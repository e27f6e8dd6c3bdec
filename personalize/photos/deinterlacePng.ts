import { unzlibSync, zlibSync } from 'fflate';

/** First column, first row, steps of columns and rows of Adam7's passes. PNG (third edition), 8.1. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Writes an interlaced PNG of one channel with 1, 2 or 4 bits as one that is not interlaced: fast-png reads only the latter.
 * @throws Error for a damaged file
 */
export function deinterlacePng(bytes: Uint8Array): Uint8Array {
  const chunks = chunksOf(bytes);
  const header = chunks.find(({ type }) => type === 'IHDR')!.content;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height, depth] = [view.getUint32(0), view.getUint32(4), header[8]!];
  const packed = concatenated(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content));
  const rows = scattered(unzlibSync(packed), width, height, depth);
  const plain = header.slice();
  plain[12] = 0;
  const out: Uint8Array[] = [bytes.subarray(0, 8)];
  let isWritten = false;
  for (const { type, content } of chunks) {
    if (type === 'IHDR') out.push(chunkOf(type, plain));
    else if (type !== 'IDAT') out.push(chunkOf(type, content));
    else if (!isWritten) {
      out.push(chunkOf(type, zlibSync(rows, { level: 1 })));
      isWritten = true;
    }
  }
  return concatenated(out);
}

interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw new Error(`the checksum of ${type} is wrong`);
    }
    chunks.push({ type, content: bytes.subarray(at + 8, at + 8 + length) });
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  throw new Error('it has no end');
}

function chunkOf(type: string, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + content.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, content.length);
  out.set(
    Array.from(type, (letter) => letter.charCodeAt(0)),
    4,
  );
  out.set(content, 8);
  view.setUint32(8 + content.length, crc32(out.subarray(4, 8 + content.length)));
  return out;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Rows of the whole picture, each after a 0 for "not filtered". */
function scattered(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const stride = 1 + Math.ceil((width * depth) / 8);
  const out = new Uint8Array(height * stride);
  const perByte = 8 / depth;
  const mask = (1 << depth) - 1;
  let at = 0;
  for (const [x0, y0, dx, dy] of passes) {
    const columns = Math.ceil((width - x0) / dx);
    const length = Math.ceil((columns * depth) / 8);
    // A pass without columns has no rows either.
    if (columns <= 0) continue;
    let above = new Uint8Array(length);
    for (let y = y0; y < height; y += dy, at += 1 + length) {
      if (at + 1 + length > data.length) throw new Error('its picture data end too early');
      const row = unfiltered(data[at]!, data.subarray(at + 1, at + 1 + length), above);
      for (let i = 0; i < columns; i++) {
        const value = (row[Math.floor(i / perByte)]! >> (8 - depth - (i % perByte) * depth)) & mask;
        const x = x0 + i * dx;
        const to = y * stride + 1 + Math.floor(x / perByte);
        out[to] = out[to]! | (value << (8 - depth - (x % perByte) * depth));
      }
      above = row;
    }
  }
  return out;
}

/** Undoes a row's filter where a pixel is no larger than a byte. PNG (third edition), 9.2. */
function unfiltered(filter: number, row: Uint8Array, above: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(row.length);
  for (let i = 0; i < row.length; i++) {
    const [a, b, c] = [out[i - 1] ?? 0, above[i]!, above[i - 1] ?? 0];
    const predicted = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
    if (predicted === undefined) throw new Error(`its filter ${filter} is unknown`);
    out[i] = row[i]! + predicted;
  }
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
