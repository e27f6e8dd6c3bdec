import { contactSheet, cpuThreads, openPackagedFaces } from 'babylon-personalized-head/command';
import { decodeUpright, installedDescriptor, nodeExecution } from 'babylon-personalized-head/node';
import {
  describePeople,
  openFaceNets,
  type PhotoCard,
  type PhotoFiles,
  type PreparationReport,
  type PreparedPhotos,
  preparePhotos,
} from 'babylon-personalized-head/personalize';
import { AssetError, type Bitmap } from 'babylon-personalized-head/runtime';
import { progressBar } from '../output/progress.js';

export interface RawPhotosOptions {
  /** Side of the crops, pixels. */
  readonly size: number;
  /** Who is meant, from 1. */
  readonly person?: number;
  /** Of the nets; 0: one per core. */
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface RawPhotos {
  readonly prepared: PreparedPhotos;
  /** All photos at one look. @param report of the same photos, where more is known of them by now */
  readonly sheet: (report?: PreparationReport) => Bitmap;
}

const stages = { looking: 'looking at photos', cameras: 'finding the cameras', cutting: 'cutting out' } as const;

/**
 * Prepares raw photos with a progress bar, and prints what became of them.
 * @throws AssetError `photos/people` where `--person` must be said, `photos/none` where no photo can be used
 */
export async function prepareRawPhotos(files: PhotoFiles, options: RawPhotosOptions): Promise<RawPhotos> {
  const { size, person, threads, signal } = options;
  const { asset, shape } = await openPackagedFaces();
  const descriptor = await installedDescriptor();
  if (!descriptor) console.error('People cannot be told apart: npm install @vladmandic/face-api adds that.');
  const nets = await openFaceNets({
    execution: await nodeExecution({ threads: cpuThreads(threads) }),
    asset,
    descriptor,
  });
  const cards = new Map<string, PhotoCard>();
  let stage: keyof typeof stages = 'looking';
  let bar = progressBar(stages[stage]);
  try {
    const prepared = await preparePhotos({
      ...{ files, nets, shape, size, signal },
      decode: decodeUpright,
      ...(person === undefined ? {} : { person: person - 1 }),
      choose: (people) => {
        const text = `photos: ${describePeople(people)} Say which with --person 1, --person 2, ...`;
        return Promise.reject(new AssetError('photos/people', text));
      },
      onCard: (card) => void cards.set(card.file, card),
      onProgress: (progress) => {
        if (progress.stage !== stage) {
          bar.stop();
          stage = progress.stage;
          bar = progressBar(stages[stage]);
        }
        bar.report(progress.fraction);
      },
    });
    bar.stop();
    printOutcome(prepared);
    return { prepared, sheet: (report = prepared.report) => contactSheet({ ...prepared, report }, cards) };
  } finally {
    bar.stop();
    await nets.dispose();
  }
}

function printOutcome({ photos, report }: PreparedPhotos): void {
  for (const { file, kept, reasons } of report.photos) {
    const first = reasons.find(({ severity }) => severity === 'refuse') ?? reasons[0];
    if (!kept && first) console.error(`left out ${file}: ${first.message}`);
  }
  for (const warning of report.warnings) console.error(warning);
  console.error(`${photos.length} of ${report.photos.length} photos can be used`);
}

/** @throws AssetError `photos/none` where no photo was kept */
export function requireKept({ photos, report }: PreparedPhotos): void {
  if (photos.length > 0) return;
  throw new AssetError('photos/none', `photos: ${report.warnings[0] ?? 'no photo can be used.'}`);
}
