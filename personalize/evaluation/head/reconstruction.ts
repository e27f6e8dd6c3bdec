import { yawDegrees } from '../../photos/photoInfo.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { LatentSpace } from '../../inversion/latentSpace.js';
import { personWs, type Studio } from '../../portraits.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { renderHeldOut } from '../heldOut.js';
import { judgeFace } from '../judgeFace.js';
import { photoImage, portraitImage } from '../judgedImage.js';
import { psnr } from '../metrics/psnr.js';
import { structuralDistance } from '../metrics/structure.js';
import type { HeadOptions } from './headOptions.js';

/** How a head shows one photo that no training saw, once a latent was fitted to it. Goes to JSON as it is. */
export interface ReconstructionRecord {
  readonly photo: string;
  /** Degrees. */
  readonly yaw: number;
  /** dB, within the photo's matte. */
  readonly psnr: number;
  /** 1 - MS-SSIM */
  readonly structure: number;
  /** Distance to the photo's face, by judge. */
  readonly identity: Readonly<Record<string, number>>;
}

export interface ReconstructionOptions extends HeadOptions {
  /** Steps of each fit. */
  readonly steps: number;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Fits a latent to each held-out photo with the head's network frozen, from the neutral look on, and compares the render with the
 * photo. A head that was learned from estimated cameras moves the photo's camera too, as it moved those of its own photos.
 * @throws AssetError without photos; the signal's reason when it aborts
 */
export async function measureReconstruction(
  studio: Studio,
  options: ReconstructionOptions,
): Promise<ReconstructionRecord[]> {
  const { person, directions, photos, judges, steps, side, signal, onProgress } = options;
  if (photos.length === 0) {
    throw new AssetError('evaluation/photos', 'evaluate-head: expected held-out photos, got none. Hold some out.');
  }
  // A photo is not enlarged, and all are compared at one size.
  const resolution = Math.min(side, ...photos.map(({ image }) => image.dims.at(-1)!));
  const latent = await LatentSpace.measure(studio.base, studio.execution, directions);
  const { numWs, wDim } = networkLayout(studio.base);
  const plan = photos.map((photo) => ({ photo, fittedOn: photo }));
  const portraits = await renderHeldOut(studio, person, latent, plan, {
    start: latent.fromW(personWs(person, null, numWs).data.slice(0, wDim)),
    ...{ steps, resolution, seed: '0' },
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  const records: ReconstructionRecord[] = [];
  for (const [i, photo] of photos.entries()) {
    signal?.throwIfAborted();
    const truth = photoImage(photo, resolution);
    const image = portraitImage(portraits[i]!);
    const identity: Record<string, number> = {};
    for (const judge of judges) {
      const [made, seen] = [
        await judgeFace(judge, image, photo.camera),
        await judgeFace(judge, truth.image, photo.camera),
      ];
      identity[judge.name] = judge.distance(made, seen);
    }
    records.push({
      photo: photo.name,
      yaw: yawDegrees(photo.camera),
      psnr: psnr(image, truth.image, truth.mask),
      structure: structuralDistance(image, truth.image),
      identity,
    });
  }
  return records;
}
