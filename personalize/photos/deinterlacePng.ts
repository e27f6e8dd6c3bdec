import { unzlibSync, zlibSync } from 'fflate';
import { concatenated, paeth, readPngChunks, writePngChunks, type PngChunk } from '../../runtime/core/pngChunks.js';

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
  const chunks = readPngChunks(bytes);
  const header = chunks.find(({ type }) => type === 'IHDR')!.content;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height, depth] = [view.getUint32(0), view.getUint32(4), header[8]!];
  const packed = concatenated(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content));
  const rows = scattered(unzlibSync(packed), width, height, depth);
  const plain = header.slice();
  plain[12] = 0;
  const out: PngChunk[] = [];
  let isWritten = false;
  for (const { type, content } of chunks) {
    if (type === 'IHDR') out.push({ type, content: plain });
    else if (type !== 'IDAT') out.push({ type, content });
    else if (!isWritten) {
      out.push({ type, content: zlibSync(rows, { level: 1 }) });
      isWritten = true;
    }
  }
  return writePngChunks(out);
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
