import { AssetError } from '../../../runtime/core/errors.js';
import type { Bitmap } from '../../../runtime/core/bitmap.js';

/** As much of libheif-js (an optional peer, LGPL-3.0) as is used. */
export interface Libheif {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): readonly HeifImage[] };
}

interface HeifImage {
  is_primary(): boolean;
  get_width(): number;
  get_height(): number;
  display(
    into: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray },
    done: (filled: { readonly data: Uint8ClampedArray } | null) => void,
  ): void;
  free(): void;
}

/**
 * Decodes the primary picture of a HEIC file, turned as the file says, colours as stored.
 * @throws AssetError `photos/damaged`
 */
export async function decodeHeic(libheif: Libheif, bytes: Uint8Array, name: string): Promise<Bitmap> {
  const images = new libheif.HeifDecoder().decode(bytes);
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0];
    if (!image) throw damagedHeic(name);
    const [width, height] = [image.get_width(), image.get_height()];
    const into = { width, height, data: new Uint8ClampedArray(4 * width * height) };
    const filled = await new Promise<{ readonly data: Uint8ClampedArray } | null>((resolve) => {
      image.display(into, resolve);
    });
    if (!filled) throw damagedHeic(name);
    return { width, height, data: new Uint8Array(filled.data.buffer) };
  } finally {
    for (const image of images) image.free();
  }
}

function damagedHeic(name: string): AssetError {
  return new AssetError('photos/damaged', `${name}: the HEIC file is damaged. Copy it again, or save it as JPEG.`);
}
