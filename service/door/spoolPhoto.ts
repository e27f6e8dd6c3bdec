import { imageKind, type ImageKind } from 'babylon-personalized-head/command';
import { imageSize } from 'image-size';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from './answers.js';

/** What one request may send. */
export interface UploadLimits {
  readonly photos: number;
  /** Of one photo. */
  readonly bytes: number;
  /** Of all photos together. */
  readonly totalBytes: number;
  /** Of one photo. */
  readonly pixels: number;
}

const mebibyte = 2 ** 20;
export const defaultLimits: UploadLimits = {
  photos: 200,
  bytes: 30 * mebibyte,
  totalBytes: 600 * mebibyte,
  pixels: 60e6,
};

/** A photo on this machine's disk, on its way to the store. */
export interface SpooledPhoto {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Ending of its name in the store. */
  readonly ending: 'jpg' | 'png' | 'webp' | 'avif' | 'heic';
}

/** So much of a photo is looked at for its kind and its size in pixels; the rest passes through. */
const headBytes = 512 * 1024;

const endings: Readonly<Partial<Record<ImageKind, SpooledPhoto['ending']>>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  heic: 'heic',
};
const declared: Readonly<Record<SpooledPhoto['ending'], readonly string[]>> = {
  jpg: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  png: ['image/png'],
  webp: ['image/webp'],
  avif: ['image/avif'],
  heic: ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
};

/**
 * Writes a photo to a file as it comes in, and looks whether it is one.
 * @param index of the photo in its request, for messages: its name is read nowhere
 * @throws Refusal for what is no photo, is none of the kind that it is called, or has more bytes or pixels than it may
 */
export async function spoolPhoto(
  body: Readable,
  { index, type, file }: { readonly index: number; readonly type: string; readonly file: string },
  limits: Pick<UploadLimits, 'bytes' | 'pixels'>,
): Promise<SpooledPhoto> {
  const first: Buffer[] = [];
  let [kept, size] = [0, 0];
  const tap = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (kept < headBytes) {
        first.push(chunk);
        kept += chunk.length;
      }
      done(size > limits.bytes ? tooLarge(index, limits.bytes) : null, chunk);
    },
  });
  await pipeline(body, tap, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  const ending = checkHead(Buffer.concat(first), index, type, limits.pixels);
  return { file, size, ending };
}

const tooLarge = (index: number, bytes: number): Refusal =>
  new Refusal(
    413,
    'service/bytes',
    `Photo ${index + 1}: expected at most ${Math.floor(bytes / mebibyte)} MiB, got more. Save it as JPEG.`,
  );

function checkHead(head: Buffer, index: number, type: string, pixels: number): SpooledPhoto['ending'] {
  const where = `Photo ${index + 1}`;
  const kind = imageKind(head);
  const ending = kind && endings[kind];
  if (!ending) {
    throw new Refusal(415, 'service/kind', `${where}: expected JPEG, PNG, WebP, AVIF or HEIC, got something else.`);
  }
  if (!declared[ending].includes(type.toLowerCase())) {
    throw new Refusal(
      415,
      'service/content-type',
      `${where}: its content type says something else than its bytes, which are ${declared[ending][0]!}.`,
    );
  }
  let area: number;
  try {
    const { width, height } = imageSize(head);
    area = width * height;
  } catch {
    area = NaN;
  }
  if (!(area > 0)) {
    throw new Refusal(422, 'service/damaged', `${where}: its size cannot be read. Save it anew, or leave it out.`);
  }
  if (area <= pixels) return ending;
  throw new Refusal(
    413,
    'service/pixels',
    `${where}: expected at most ${Math.floor(pixels / 1e6)} megapixels, got ${Math.ceil(area / 1e6)}. Make it smaller.`,
  );
}
