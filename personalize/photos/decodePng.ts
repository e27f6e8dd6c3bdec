import { decode, type DecodedPng } from 'fast-png';
import { AssetError } from '../../runtime/core/errors.js';
import { deinterlacePng } from './deinterlacePng.js';
import { requireModestSize, type DecodedImage } from './decodedImage.js';

/**
 * Grey, grey and alpha, RGB, RGBA with 8 or 16 bits, grey and palette with 1 to 8; tRNS becomes alpha.
 * @throws AssetError `photos/png` for a broken file, `photos/large`
 */
export function decodePhotoPng(bytes: Uint8Array, where: string): DecodedImage {
  try {
    // Width, height, depth and interlacing stand at fixed places of the first chunk.
    const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    requireModestSize(header.getUint32(16), header.getUint32(20), where);
    const isInterlaced = header.getUint8(24) < 8 && header.getUint8(28) !== 0;
    const png = decode(isInterlaced ? deinterlacePng(bytes) : bytes, { checkCrc: true });
    if (!(png.width > 0 && png.height > 0)) throw new Error(`its size is ${png.width} x ${png.height}`);
    const data = png.palette && png.channels === 1 ? paletteColors(png, png.palette) : directColors(png);
    return { width: png.width, height: png.height, data, max: png.depth === 16 ? 65535 : 255 };
  } catch (cause) {
    if (cause instanceof AssetError) throw cause;
    throw new AssetError('photos/png', `${where}: the PNG is broken (${(cause as Error).message}). Save it again.`, {
      cause,
    });
  }
}

/** One sample after the other, whose rows start at whole bytes where several share one. */
function samples({ width, height, channels, depth, data }: DecodedPng): Uint8Array | Uint16Array {
  const row = width * channels;
  if (depth >= 8) return data instanceof Uint16Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const out = new Uint8Array(height * row);
  const stride = Math.ceil((row * depth) / 8);
  const perByte = 8 / depth;
  const mask = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < row; x++) {
      const byte = data[y * stride + Math.floor(x / perByte)]!;
      out[y * row + x] = (byte >> (8 - depth - (x % perByte) * depth)) & mask;
    }
  }
  return out;
}

function paletteColors(png: DecodedPng, palette: readonly (readonly number[])[]): Uint8Array {
  const indices = samples(png);
  const out = new Uint8Array(4 * indices.length);
  indices.forEach((index, i) => {
    const color = palette[index];
    if (!color) throw new Error(`color ${index} is not in its palette of ${palette.length}`);
    out.set([color[0]!, color[1]!, color[2]!, color[3] ?? 255], 4 * i);
  });
  return out;
}

function directColors(png: DecodedPng): Uint8Array | Uint16Array {
  const { channels, depth, transparency } = png;
  const from = samples(png);
  const pixels = png.width * png.height;
  const max = depth === 16 ? 65535 : 255;
  const scale = max / ((1 << depth) - 1);
  const out = depth === 16 ? new Uint16Array(4 * pixels) : new Uint8Array(4 * pixels);
  const colors = channels < 3 ? 1 : 3;
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    let isKey = transparency?.length === colors;
    for (let c = 0; c < 3; c++) {
      const value = from[at + (c % colors)]!;
      isKey &&= value === transparency![c % colors];
      out[4 * i + c] = value * scale;
    }
    out[4 * i + 3] = isKey ? 0 : channels > colors ? from[at + colors]! : max;
  }
  return out;
}
