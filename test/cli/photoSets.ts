import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Photo } from '../../personalize/photos/photo.js';
import { cameraLabel } from '../../runtime/camera/camera.js';
import { tinyBase } from '../network/tinyBase.js';
import { tinyPhotos } from '../personalize/tinyPhotos.js';

/** Of the photos, pixels. */
export const side = 16;

const byte = (value: number): number => Math.round(Math.min(255, Math.max(0, 255 * value)));

let taking: Promise<Photo[]> | null = null;
const photos = (): Promise<Photo[]> => (taking ??= (async () => tinyPhotos(await tinyBase(), 3, side))());

type Entry = [name: string, label: number[]];
const plain = (entries: Entry[]): string => JSON.stringify({ labels: entries });

/**
 * Writes photos of the tiny base's head as a user's folder has them.
 * @param count 1 to 3
 * @param labels what dataset.json says; nothing: there is none
 */
export async function writeSet(
  folder: string,
  count: number,
  labels: (entries: Entry[]) => string = plain,
): Promise<void> {
  await mkdir(join(folder, 'masks'), { recursive: true });
  const entries: Entry[] = [];
  for (const { name, image, mask, camera } of (await photos()).slice(0, count)) {
    const area = side * side;
    const data = Uint8Array.from({ length: 4 * area }, (_, i) =>
      i % 4 === 3 ? 255 : byte((image.data[(i % 4) * area + Math.floor(i / 4)]! + 1) / 2),
    );
    await writeFile(join(folder, name), jpeg.encode({ width: side, height: side, data }, 95).data);
    const coverage = Uint8Array.from(mask!.data, byte);
    await writeFile(
      join(folder, 'masks', name.replace('.jpg', '.png')),
      encodePng({ width: side, height: side, channels: 1, data: coverage }),
    );
    entries.push([name, [...cameraLabel(camera)]]);
  }
  const text = labels(entries);
  if (text !== '') await writeFile(join(folder, 'dataset.json'), text);
}
