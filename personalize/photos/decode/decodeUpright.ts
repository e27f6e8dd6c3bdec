import { AssetError } from '../../../runtime/core/errors.js';
import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { foreignKind, imageKind } from './imageKind.js';
import { decodeHeic, type Libheif } from './libheif.js';
import { photoNotes } from './photoNotes.js';
import { reducedSize, reduceBitmap } from './reduce.js';
import { toSrgb } from './toSrgb.js';
import { longestSide, type DecodeUpright } from './uprightPhoto.js';
import { requireWhole } from './wholeFile.js';
import { expectGiven } from '../../../runtime/core/given.js';

export interface BrowserDecoderOptions {
  /**
   * Loads libheif-js where the browser refuses HEIC, which all but Safari do: `() => import('libheif-js/wasm-bundle')`.
   * The package is LGPL-3.0 and an optional peer, so that the page decides.
   */
  readonly libheif?: () => Promise<Libheif | { readonly default: Libheif }>;
}

/** `DecodeUpright` of a page or a worker, by the browser's own decoders, which turn upright and convert to sRGB. */
export function browserDecoder(given: BrowserDecoderOptions = {}): DecodeUpright {
  expectGiven('browserDecoder', 'options', given);
  const { libheif } = given;
  return async (bytes, name, options = {}) => {
    expectGiven('decodeUpright', 'bytes', bytes);
    expectGiven('decodeUpright: name', 'text', name);
    expectGiven('decodeUpright', 'options', options);
    const { signal, longestSide: longest = longestSide } = options;
    signal?.throwIfAborted();
    const kind = imageKind(bytes);
    if (!kind) throw foreignKind(bytes, name, 'a photo (JPEG, PNG, WebP, AVIF or HEIC)');
    requireWhole(bytes, kind, name);
    const notes = photoNotes(bytes, kind);
    const { focal35 } = notes;
    const bitmap = await bitmapOf(bytes);
    signal?.throwIfAborted();
    if (bitmap) {
      const original = { width: bitmap.width, height: bitmap.height };
      return { name, picture: await reducedBitmap(bitmap, longest), original, focal35 };
    }
    if (kind !== 'heic') {
      throw new AssetError(
        'photos/damaged',
        `${name}: the browser cannot decode the ${kind.toUpperCase()}: it is damaged or too large. Save it as JPEG.`,
      );
    }
    if (!libheif) {
      throw new AssetError(
        'photos/decoder',
        `${name}: this browser does not read HEIC. Save it as JPEG; an iPhone takes JPEG with Settings, Camera, ` +
          'Formats, Most Compatible.',
      );
    }
    const loaded = await libheif();
    const stored = await decodeHeic('default' in loaded ? loaded.default : loaded, bytes, name);
    signal?.throwIfAborted();
    const original = { width: stored.width, height: stored.height };
    return { name, picture: toSrgb(reduceBitmap(stored, longest), notes), original, focal35 };
  };
}

/** null where the browser refuses the picture. */
async function bitmapOf(bytes: Uint8Array): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(new Blob([bytes as BlobPart]), { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}

/** Closes the bitmap. */
async function reducedBitmap(bitmap: ImageBitmap, longest: number): Promise<Bitmap> {
  const [width, height] = reducedSize(bitmap.width, bitmap.height, longest);
  const isSmall = width === bitmap.width && height === bitmap.height;
  const reduced = isSmall
    ? bitmap
    : await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    willReadFrequently: true,
    colorSpace: 'srgb',
  })!;
  context.drawImage(reduced, 0, 0);
  reduced.close();
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data: new Uint8Array(data.buffer) };
}
