import { readExif } from './exif.js';
import type { ImageKind } from './imageKind.js';

/** What a file says of its picture beside the pixels. */
export interface PhotoNotes {
  /** EXIF's 1 to 8: how the stored pixels lie. 1 where nothing is said, and for HEIC and AVIF, whose decoders turn. */
  readonly orientation: number;
  /** Focal length in 35 mm film equivalent, millimetres; null where nothing is said. */
  readonly focal35: number | null;
  /** ICC profile of the colours, still compressed in a PNG; null where there is none. */
  readonly profile: Uint8Array | null;
  readonly isProfileDeflated: boolean;
  /** Number of ITU-T H.273's colour primaries, where HEIC or AVIF name them instead of a profile. */
  readonly primaries: number | null;
}

interface Blocks {
  exif: Uint8Array | null;
  profile: Uint8Array | null;
  isProfileDeflated?: boolean;
  primaries?: number;
}

/** Reads EXIF and colours of a file. Damaged notes count as none: the picture may be good. */
export function photoNotes(bytes: Uint8Array, kind: ImageKind): PhotoNotes {
  const find = { jpeg: jpegBlocks, png: pngBlocks, webp: webpBlocks, avif: isoBlocks, heic: isoBlocks, bmp: noBlocks }[
    kind
  ];
  const { exif, profile, isProfileDeflated = false, primaries = null } = find(bytes);
  const { orientation, focal35 } = exif ? readExif(exif) : { orientation: 1, focal35: null };
  const isTurnedByDecoder = kind === 'avif' || kind === 'heic';
  return { orientation: isTurnedByDecoder ? 1 : orientation, focal35, profile, isProfileDeflated, primaries };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const latin = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

const noBlocks = (): Blocks => ({ exif: null, profile: null });

/** APP1 "Exif", and APP2 "ICC_PROFILE" whose parts are numbered from 1. */
function jpegBlocks(bytes: Uint8Array): Blocks {
  const view = viewOf(bytes);
  let exif: Uint8Array | null = null;
  const parts: Uint8Array[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const end = at + 2 + view.getUint16(at + 2);
    const [marker, start] = [bytes[at + 1]!, at + 4];
    if (marker === 0xe1 && latin(bytes, start, 6) === 'Exif\0\0') exif ??= bytes.subarray(start + 6, end);
    if (marker === 0xe2 && latin(bytes, start, 12) === 'ICC_PROFILE\0') {
      parts[bytes[start + 12]! - 1] = bytes.subarray(start + 14, end);
    }
    at = end;
  }
  return { exif, profile: parts.length > 0 ? joined(parts) : null };
}

function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array | null {
  const out: number[] = [];
  for (const part of parts) {
    if (!part) return null;
    for (const byte of part) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** Chunks eXIf and iCCP: a name that ends with 0, the method, deflated bytes. */
function pngBlocks(bytes: Uint8Array): Blocks {
  const view = viewOf(bytes);
  const found: Blocks = noBlocks();
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = latin(bytes, at + 4, 4);
    const content = bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    if (type === 'eXIf') found.exif = content;
    if (type === 'iCCP') found.profile = content.subarray(content.indexOf(0) + 2);
  }
  return { ...found, isProfileDeflated: true };
}

function webpBlocks(bytes: Uint8Array): Blocks {
  const view = viewOf(bytes);
  const found: Blocks = noBlocks();
  for (let at = 12; at + 8 <= bytes.length;) {
    const [type, length] = [latin(bytes, at, 4), view.getUint32(at + 4, true)];
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'EXIF') found.exif = latin(content, 0, 6) === 'Exif\0\0' ? content.subarray(6) : content;
    if (type === 'ICCP') found.profile = content;
    // Chunks begin at even places.
    at += 8 + length + (length % 2);
  }
  return found;
}

/**
 * HEIC and AVIF scatter their items; the two that matter begin with words of their own: EXIF with the 8 bytes of a TIFF
 * whose folder follows at once, the `colr` box with its type. Profiles of the picture and of its tiles and thumbnail are
 * the same, so the first counts.
 */
function isoBlocks(bytes: Uint8Array): Blocks {
  const view = viewOf(bytes);
  const exif = indexOfText(bytes, 'MM\0*\0\0\0\b') ?? indexOfText(bytes, 'II*\0\b\0\0\0');
  const icc = indexOfText(bytes, 'colrprof') ?? indexOfText(bytes, 'colrrICC');
  const nclx = indexOfText(bytes, 'colrnclx');
  return {
    exif: exif === null ? null : bytes.subarray(exif),
    profile: icc === null || icc < 4 ? null : bytes.subarray(icc + 8, icc - 4 + view.getUint32(icc - 4)),
    ...(nclx === null || nclx + 10 > bytes.length ? {} : { primaries: view.getUint16(nclx + 8) }),
  };
}

function indexOfText(bytes: Uint8Array, text: string): number | null {
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  for (let at = bytes.indexOf(codes[0]!); at >= 0; at = bytes.indexOf(codes[0]!, at + 1)) {
    if (codes.every((code, i) => bytes[at + i] === code)) return at;
  }
  return null;
}
