import { encode } from 'fast-png';
import { cameraLabel } from '../../../../runtime/camera/camera.js';
import type { Tensor } from '../../../../runtime/core/tensor.js';
import type { Photo } from '../../photo.js';
import { maskName } from '../../readPhoto.js';
import type { PreparedPhotos } from '../preparedPhotos.js';

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** [C, H, H] as a PNG. */
function png({ dims, data }: Tensor, value: (stored: number) => number): Uint8Array {
  const [channels, side] = dims as [1 | 3, number];
  const pixels = side * side;
  const bytes = Uint8Array.from({ length: channels * pixels }, (_, i) =>
    byte(value(data[(i % channels) * pixels + Math.floor(i / channels)]!)),
  );
  return encode({ width: side, height: side, channels, depth: 8, data: bytes });
}

/** dataset.json's 25 numbers, as short as they may be without a loss that matters. */
const labelOf = ({ camera }: Photo): number[] =>
  Array.from(cameraLabel(camera), (value) => Number(value.toFixed(7)) + 0);

/**
 * A data set's files in EG3D's layout: photos, masks, dataset.json, report.json; one at a time, so that they need not lie in
 * memory together.
 */
export function* datasetFiles({
  photos,
  report,
}: PreparedPhotos): Iterable<readonly [name: string, bytes: Uint8Array]> {
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
  for (const photo of photos) {
    yield [photo.name, png(photo.image, (value) => (value + 1) * 127.5)];
    if (photo.mask) yield [maskName(photo.name), png(photo.mask, (value) => value * 255)];
  }
  const labels = photos.map((photo) => [photo.name, labelOf(photo)] as const);
  labels.sort(([a], [b]) => (a < b ? -1 : 1));
  yield ['dataset.json', new TextEncoder().encode(`${JSON.stringify({ labels })}\n`)];
  yield ['report.json', text(report)];
}
