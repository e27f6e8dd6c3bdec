import { AssetError } from '../../../runtime/core/errors.js';
import type { ImageKind } from './imageKind.js';

/**
 * Refuses a file that ends before its picture does: some decoders fill the rest with grey and say nothing.
 * @throws AssetError `photos/damaged`
 */
export function requireWhole(bytes: Uint8Array, kind: ImageKind, name: string): void {
  const isWhole = { jpeg: jpegEnds, png: pngEnds, webp: riffEnds, avif: boxesEnd, heic: boxesEnd, bmp: bmpEnds }[kind];
  if (isWhole(bytes, viewOf(bytes))) return;
  throw new AssetError('photos/damaged', `${name}: the file is cut off after ${bytes.length} bytes. Copy it again.`);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Walks over the segments before the picture data, thumbnails in them included, then looks for the end marker.
 * ITU-T T.81, annex B.
 */
function jpegEnds(bytes: Uint8Array, view: DataView): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isScan = marker === 0xda;
    at += 2 + (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 0 : view.getUint16(at + 2));
    if (isScan) return endMarker(bytes, at);
  }
  // Junk between segments: the decoder shall say.
  return endMarker(bytes, at);
}

function endMarker(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.length - 2; at >= from; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

function pngEnds(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true; // IEND
  }
  return false;
}

const riffEnds = (bytes: Uint8Array, view: DataView): boolean =>
  bytes.length >= 20 && view.getUint32(4, true) + 8 <= bytes.length;

const bmpEnds = (bytes: Uint8Array, view: DataView): boolean => view.getUint32(2, true) <= bytes.length;

/** Boxes follow one another to the file's end; one of size 0 reaches to it. ISO/IEC 14496-12, 4.2. */
function boxesEnd(bytes: Uint8Array, view: DataView): boolean {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at);
    if (size === 0) return true;
    if (size === 1 && at + 16 > bytes.length) return false;
    const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size;
    if (length < 8) return true;
    at += length;
  }
  return at <= bytes.length;
}
