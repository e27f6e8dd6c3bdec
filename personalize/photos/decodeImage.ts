import { AssetError } from '../../runtime/core/errors.js';
import { decodeJpeg } from './decodeJpeg.js';
import { decodePhotoPng } from './decodePng.js';

/** A decoded file: RGBA with straight alpha, rows from the top. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] */
  readonly data: Uint8Array | Uint16Array;
  /** The value that stands for 1. */
  readonly max: 255 | 65535;
}

const starts = (bytes: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

/** Kinds that cameras and browsers save and that are not read, by their first bytes. */
const foreign: readonly (readonly [kind: string, is: (bytes: Uint8Array) => boolean])[] = [
  ['HEIC or AVIF', (bytes) => starts(bytes, 4, 'ftyp')],
  ['WebP', (bytes) => starts(bytes, 0, 'RIFF') && starts(bytes, 8, 'WEBP')],
  ['GIF', (bytes) => starts(bytes, 0, 'GIF8')],
  ['BMP', (bytes) => starts(bytes, 0, 'BM')],
  ['TIFF or a raw photo', (bytes) => starts(bytes, 0, 'II*\0') || starts(bytes, 0, 'MM\0*')],
];

/**
 * Decodes a JPEG (baseline or progressive) or PNG, told apart by their first bytes. Pure JavaScript: the same bits in
 * Node and in every browser. The EXIF orientation is not followed: photos of this layout are already cropped and upright,
 * and their cameras belong to the pixels as stored. Colour profiles are not followed either.
 * @throws AssetError `photos/kind`, `photos/jpeg`, `photos/png`, `photos/large`
 */
export function decodeImage(bytes: Uint8Array, where: string): DecodedImage {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes, where);
  if (starts(bytes, 0, '\x89PNG\r\n\x1a\n')) return decodePhotoPng(bytes, where);
  const kind = foreign.find(([, is]) => is(bytes))?.[0] ?? 'neither';
  throw new AssetError(
    'photos/kind',
    bytes.length === 0
      ? `${where}: expected a JPEG or PNG, got an empty file. Copy it again.`
      : `${where}: expected a JPEG or PNG, got ${kind}. Save it as one of the two.`,
  );
}
