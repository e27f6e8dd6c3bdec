import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { median } from '../../../runtime/core/median.js';
import { expressedView, personWs, renderPortraits, type Studio } from '../../portraits.js';
import { judgeFace } from '../judgeFace.js';
import type { FaceReading } from '../judge.js';
import { photoImage, portraitImage } from '../judgedImage.js';
import type { HeadOptions } from './headOptions.js';

/** How near one render of a head is to the person's photos. */
export interface LikenessRow {
  readonly judge: string;
  /** Degrees, positive towards the person's own left. */
  readonly yaw: number;
  /** Amount of the smile that is added to the neutral look, 0..1. */
  readonly smile: number;
  /** Median distance of the render to the photos. */
  readonly toPhotos: number;
  /** Probability of a happy face in the render, 0..1. */
  readonly happy: number;
}

/** Goes to JSON as it is. */
export interface Likeness {
  readonly rows: readonly LikenessRow[];
  /** Median distance between any two of the photos, by judge: no render can be expected to come nearer. */
  readonly among: Readonly<Record<string, number>>;
  /** Photos that were compared with. */
  readonly photos: number;
}

export const likenessYaws = [-40, -20, 0, 20, 40] as const;
export const likenessSmiles = [0, 1] as const;

/**
 * Measures whether a head looks like the person: its neutral look, with and without a smile, turned to five yaws, against
 * photos of the person by the distance of faces.
 * @throws AssetError for fewer than two photos; the signal's reason when it aborts
 */
export async function measureLikeness(studio: Studio, options: HeadOptions): Promise<Likeness> {
  const { person, directions, photos, judges, side, signal } = options;
  if (photos.length < 2) {
    throw new AssetError(
      'evaluation/photos',
      `likeness: expected at least two photos to compare with, got ${photos.length}. Hold more photos out.`,
    );
  }
  const views = likenessSmiles.flatMap((smile) => likenessYaws.map((yaw) => ({ smile, yaw })));
  const neutral = personWs(person, null, networkLayout(studio.base).numWs);
  const portraitViews = views.map(({ smile, yaw }) => {
    const camera = orbitCamera(studio.base.config.camera, (yaw * Math.PI) / 180, 0);
    return expressedView(neutral, directions, { smile }, camera);
  });
  signal?.throwIfAborted();
  const portraits = await renderPortraits(studio, person, portraitViews, side);
  const rows: LikenessRow[] = [];
  const among: Record<string, number> = {};
  for (const judge of judges) {
    const readings: FaceReading[] = [];
    for (const photo of photos) {
      signal?.throwIfAborted();
      const { image } = photoImage(photo, side);
      readings.push(await judgeFace(judge, image, photo.camera));
    }
    const pairs = readings.flatMap((a, i) => readings.slice(i + 1).map((b) => judge.distance(a, b)));
    among[judge.name] = median(pairs);
    for (const [i, { smile, yaw }] of views.entries()) {
      signal?.throwIfAborted();
      const reading = await judgeFace(judge, portraitImage(portraits[i]!), portraitViews[i]!.camera);
      const distances = readings.map((photo) => judge.distance(reading, photo));
      rows.push({ judge: judge.name, yaw, smile, toPhotos: median(distances), happy: reading.happy });
    }
  }
  return { rows, among, photos: photos.length };
}
