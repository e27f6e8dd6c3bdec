import { cameraFromLabel, cameraNumbers } from '../../../runtime/camera/camera.js';
import type { PersonFile } from '../../../runtime/checkpoint/person/person.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import type { Photo } from '../../photos/photo.js';
import { areaAverage } from '../../photos/shrink.js';
import { personWs, renderPortraits, type Studio } from '../../portraits.js';

/** Opacity of a head where a photo shows none of it. */
export interface SpillRecord {
  readonly photo: string;
  /** Mean alpha of the render over the pixels that the photo's matte leaves out, 0..1. */
  readonly alpha: number;
}

/** Mattes below this leave a pixel out. */
const outside = 0.05;

/**
 * Mean alpha where a mask says that nobody is; null where the mask covers everything.
 * @param alpha of a render, 0..1, as many pixels as `mask`
 * @param mask 0..1
 */
export function meanAlphaOutside(alpha: Float32Array, mask: Float32Array): number | null {
  let [sum, count] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i]! >= outside) continue;
    sum += Math.min(1, alpha[i]!);
    count++;
  }
  return count === 0 ? null : sum / count;
}

/**
 * Measures halos and floaters: each anchor rendered from its photo's camera, where the photo's matte is empty.
 * @param photos those the person was learned from, in the order of the anchors; those without a mask are passed over
 * @param side of the renders, pixels
 * @throws AssetError where the person has not as many anchors as there are photos
 */
export async function measureSpill(
  studio: Studio,
  person: PersonFile,
  photos: readonly Photo[],
  side: number,
): Promise<SpillRecord[]> {
  const anchors = person.tensors.get('anchors')?.dims[0] ?? 0;
  if (anchors !== photos.length) {
    throw new AssetError(
      'evaluation/anchors',
      `evaluate-head: expected the photos that the head was learned from, one for each of its ${anchors} anchors, ` +
        `got ${photos.length}. Name their data set.`,
    );
  }
  const { numWs } = networkLayout(studio.base);
  // Where the run put the cameras, which may be beside where the labels say.
  const labels = person.tensors.get('cameras')!.data;
  const views = photos.map(({ name }, i) => ({
    ws: personWs(person, i, numWs),
    camera: cameraFromLabel(labels.subarray(i * cameraNumbers, (i + 1) * cameraNumbers), name),
  }));
  const portraits = await renderPortraits(studio, person, views, side);
  return photos.flatMap(({ name, mask }, i): SpillRecord[] => {
    if (!mask) return [];
    const alpha = meanAlphaOutside(portraits[i]!.alpha.data, fitTo(mask, side));
    return alpha === null ? [] : [{ photo: name, alpha }];
  });
}

/** A mask [1, H, H] at the side of a render: averaged where it is larger, repeated where it is smaller. */
function fitTo(mask: Photo['mask'] & object, side: number): Float32Array {
  const small = areaAverage(mask, side);
  const own = small.dims.at(-1)!;
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    return small.data[Math.floor((y * own) / side) * own + Math.floor((x * own) / side)]!;
  });
}
