import { AssetError } from '../../../runtime/core/errors.js';

/** Kinds of files that hold a photograph and that some decoder reads. */
export type ImageKind = 'jpeg' | 'png' | 'webp' | 'avif' | 'heic' | 'bmp';

const hasText = (bytes: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

const startsWith = (...texts: readonly string[]): ((bytes: Uint8Array) => boolean) => {
  return (bytes) => texts.some((text) => hasText(bytes, 0, text));
};

/** Brands of an ISO base media file's first box, the major one first; none for other files. ISO/IEC 14496-12, 4.3. */
function brands(bytes: Uint8Array): string[] {
  if (!hasText(bytes, 4, 'ftyp')) return [];
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brand = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  const found = [brand(8)];
  for (let at = 16; at + 4 <= Math.min(length, bytes.length, 256); at += 4) found.push(brand(at));
  return found;
}

const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

function isoKind(bytes: Uint8Array): 'avif' | 'heic' | 'raw' | 'video' | null {
  const found = brands(bytes);
  if (found.length === 0) return null;
  if (found.includes('avif') || found.includes('avis')) return 'avif';
  if (heicBrands.some((brand) => found.includes(brand))) return 'heic';
  return found[0] === 'crx ' ? 'raw' : 'video';
}

/** The kind of a file by its first bytes, whatever its name says; null for one that no decoder reads. */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  if (startsWith('\xff\xd8')(bytes)) return 'jpeg';
  if (startsWith('\x89PNG\r\n\x1a\n')(bytes)) return 'png';
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')) return 'webp';
  if (startsWith('BM')(bytes) && bytes.length > 26) return 'bmp';
  const kind = isoKind(bytes);
  return kind === 'avif' || kind === 'heic' ? kind : null;
}

const asJpeg = 'Save it as JPEG.';
const rawNames = /\.(?:3fr|arw|cr2|cr3|dng|erf|iiq|kdc|mef|mos|mrw|nef|nrw|orf|pef|raf|raw|rw2|srw|x3f)$/i;
const rawStarts = startsWith('FUJIFILMCCD-RAW', 'IIRO', 'IIRS', 'IIU\0', 'FOVb');
const tiffStarts = startsWith('II*\0', 'MM\0*', 'II+\0', 'MM\0+');

/** What else lies in folders of photos, how it is told, and what to do with it. The first that holds counts. */
const foreign: readonly (readonly [
  kind: string,
  is: (bytes: Uint8Array, name: string) => boolean,
  remedy: (name: string) => string,
])[] = [
  ['an empty file', (bytes) => bytes.length === 0, () => 'Copy it again.'],
  ['a GIF', startsWith('GIF8'), () => 'Its 256 colours do not show skin: take the photo that it was made from.'],
  [
    'a camera’s raw file',
    (bytes, name) =>
      rawStarts(bytes) ||
      isoKind(bytes) === 'raw' ||
      (tiffStarts(bytes) && (rawNames.test(name) || hasText(bytes, 8, 'CR'))),
    () => 'Develop it and save it as JPEG.',
  ],
  ['a TIFF', tiffStarts, () => asJpeg],
  [
    'a video',
    (bytes) =>
      isoKind(bytes) === 'video' ||
      startsWith('\x1aE\xdf\xa3', 'FLV', '\0\0\x01\xba', 'OggS')(bytes) ||
      (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'AVI ')) ||
      ['moov', 'mdat', 'wide', 'free', 'skip'].some((box) => hasText(bytes, 4, box)),
    (name) =>
      `Take pictures out of it: mkdir frames && ffmpeg -i "${name.split('/').at(-1)!}" -vf fps=5 frames/%04d.jpg`,
  ],
  ['a JPEG XL', startsWith('\xff\x0a', '\0\0\0\fJXL '), () => asJpeg],
  ['a JPEG 2000', startsWith('\0\0\0\fjP  ', '\xff\x4f\xff\x51'), () => asJpeg],
  ['a BMP', startsWith('BM'), () => asJpeg],
  ['a Photoshop file', startsWith('8BPS'), () => asJpeg],
  ['a PDF', startsWith('%PDF'), () => 'Take the photo out of it and save it as JPEG.'],
  ['an archive', startsWith('PK\x03\x04', 'Rar!', '7z\xbc\xaf', '\x1f\x8b'), () => 'Unpack it.'],
  [
    'a web page or a drawing',
    (bytes) => /^\uFEFF?\s*<(?:!doctype|html|svg|\?xml)/i.test(new TextDecoder().decode(bytes.subarray(0, 64))),
    () => 'Download the photo itself.',
  ],
];

/** Why a file whose kind is not read cannot be used, with the remedy. */
export function foreignKind(bytes: Uint8Array, name: string, expected: string): AssetError {
  const [kind, , remedy] = foreign.find(([, is]) => is(bytes, name)) ?? [
    'another kind of file',
    undefined,
    () => 'Save the photo as JPEG, or leave the file out.',
  ];
  return new AssetError('photos/kind', `${name}: expected ${expected}, got ${kind}. ${remedy(name)}`);
}
