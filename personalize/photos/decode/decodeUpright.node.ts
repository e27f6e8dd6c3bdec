import { createRequire } from 'node:module';
import { AssetError } from '../../../runtime/core/errors.js';
import { eightBits } from '../decodedImage.js';
import { decodeImage } from '../decodeImage.js';
import { foreignKind, imageKind, type ImageKind } from './imageKind.js';
import { decodeHeic, type Libheif } from './libheif.js';
import { isSideways, turnUpright } from './orientation.js';
import { photoNotes } from './photoNotes.js';
import { reduceBitmap } from './reduce.js';
import { decodeWithSharp, type Sharp } from './sharp.node.js';
import { toSrgb } from './toSrgb.js';
import { longestSide, type DecodeUpright, type UprightPhoto } from './uprightPhoto.js';
import { requireWhole } from './wholeFile.js';
import { expectGiven } from '../../../runtime/core/given.js';

/** Optional packages that decode photos; null where one is not installed. */
export interface Decoders {
  readonly sharp: Sharp | null;
  /** Loads libheif-js, whose WebAssembly takes a moment. */
  readonly libheif: (() => Libheif) | null;
}

/** Finds sharp and libheif-js beside this package. */
export function installedDecoders(): Decoders {
  const require = createRequire(import.meta.url);
  const heif = 'libheif-js/wasm-bundle.js';
  return {
    sharp: isThere(require, 'sharp') ? (require('sharp') as Sharp) : null,
    libheif: isThere(require, heif) ? () => require(heif) as Libheif : null,
  };
}

function isThere(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

let installed: Decoders | null = null;

/** `DecodeUpright` of Node, by the optional packages that are installed. */
export const decodeUpright: DecodeUpright = (bytes, name, options) => {
  installed ??= installedDecoders();
  return nodeDecoder(installed)(bytes, name, options);
};

/**
 * `DecodeUpright` by given packages. sharp reads JPEG, PNG, WebP and AVIF, large ones quickly and in little memory;
 * without it JPEG and PNG of at most 50 megapixels are read. HEIC needs libheif-js.
 */
export function nodeDecoder(decoders: Decoders): DecodeUpright {
  expectGiven('nodeDecoder', 'options', decoders);
  return async (bytes, name, options = {}) => {
    expectGiven('decodeUpright', 'bytes', bytes);
    expectGiven('decodeUpright: name', 'text', name);
    expectGiven('decodeUpright', 'options', options);
    const { signal, longestSide: longest = longestSide } = options;
    signal?.throwIfAborted();
    const kind = imageKind(bytes);
    if (!kind || kind === 'bmp') throw foreignKind(bytes, name, 'a photo (JPEG, PNG, WebP, AVIF or HEIC)');
    requireWhole(bytes, kind, name);
    const photo = await decodeKind(decoders, bytes, kind, name, longest);
    signal?.throwIfAborted();
    return photo;
  };
}

async function decodeKind(
  { sharp, libheif }: Decoders,
  bytes: Uint8Array,
  kind: Exclude<ImageKind, 'bmp'>,
  name: string,
  longest: number,
): Promise<UprightPhoto> {
  const notes = photoNotes(bytes, kind);
  const { focal35, orientation } = notes;
  if (kind === 'heic') {
    if (!libheif) throw missing(name, 'HEIC', 'libheif-js');
    const stored = await decodeHeic(libheif(), bytes, name);
    const original = { width: stored.width, height: stored.height };
    return { name, picture: toSrgb(reduceBitmap(stored, longest), notes), original, focal35 };
  }
  if (sharp) return { name, focal35, ...(await decodeWithSharp(sharp, bytes, name, longest, kind === 'avif')) };
  if (kind !== 'jpeg' && kind !== 'png') throw missing(name, kind === 'webp' ? 'WebP' : 'AVIF', 'sharp');
  const stored = eightBits(decodeImage(bytes, name));
  const { width, height } = stored;
  const original = isSideways(orientation) ? { width: height, height: width } : { width, height };
  const picture = turnUpright(toSrgb(reduceBitmap(stored, longest), notes), orientation);
  return { name, picture, original, focal35 };
}

function missing(name: string, kind: string, decoder: string): AssetError {
  return new AssetError(
    'photos/decoder',
    `${name}: reading ${kind} needs ${decoder}, which is not installed. Run npm install ${decoder}, or save the photo as JPEG.`,
  );
}
