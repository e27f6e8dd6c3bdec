import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { photoFolder, writeFileAtomically, writeTextAtomically } from 'babylon-personalized-head/node';
import { type Photo, type PreparationReport, readPhotoSet } from 'babylon-personalized-head/personalize';
import { encodePng } from 'babylon-personalized-head/runtime';
import { exists } from '../files.js';
import { progressBar } from '../output/progress.js';
import { photoPaths } from './photoPaths.js';
import { prepareRawPhotos, requireKept, type RawPhotosOptions } from './rawPhotos.js';

export interface ReadPhotosOptions extends RawPhotosOptions {
  /** Of a data set, see `PhotoSetOptions`. */
  readonly split?: string;
  /** Beside this file the report of raw photos is written. */
  readonly output: string;
}

/** What became of raw photos. */
export interface ReportedPhotos {
  readonly report: PreparationReport;
  /** Writes a report of the same photos, and their contact sheet with it, beside the output. */
  readonly write: (report: PreparationReport) => Promise<void>;
}

/** Photos to learn from. */
export interface ReadPhotos {
  readonly photos: readonly Photo[];
  /** Their cameras were estimated by this program, now or when the data set was made. */
  readonly estimated: boolean;
  /** Of raw photos: what became of them. */
  readonly prepared: ReportedPhotos | null;
}

/**
 * Photos of a data set; or of a folder without dataset.json, which is taken for raw photos: these are prepared first, and
 * their report and contact sheet written beside the output.
 */
export async function readPhotos(folder: string, options: ReadPhotosOptions): Promise<ReadPhotos> {
  const { size, signal, split, output } = options;
  if (await isRaw(folder)) {
    const { prepared, sheet } = await prepareRawPhotos(await photoPaths([folder]), options);
    requireKept(prepared);
    const [text, picture] = [`${output}.photos.json`, `${output}.photos.png`];
    const write = async (report: PreparationReport): Promise<void> => {
      await writeTextAtomically(text, `${JSON.stringify(report, null, 1)}\n`);
      await writeFileAtomically(picture, encodePng(sheet(report)));
    };
    const { photos, report } = prepared;
    await write(report);
    console.error(`${resolve(text)} and ${resolve(picture)} say what became of each photo`);
    return { photos, estimated: true, prepared: { report, write } };
  }
  const reading = progressBar('reading photos');
  const { photos, problems } = await readPhotoSet(photoFolder(folder), {
    ...{ size, signal },
    onProgress: (fraction) => reading.report(fraction),
    ...(split === undefined ? {} : { split }),
  }).finally(() => reading.stop());
  for (const { name, reason } of problems) console.error(`left out ${name}: ${reason}`);
  // `photos` leaves its report beside dataset.json.
  return { photos, estimated: await exists(join(folder, 'report.json')), prepared: null };
}

/** A folder, or one photo, that no dataset.json belongs to. One that holds a data set further down is not meant. */
async function isRaw(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) return false;
  if (await exists(join(folder, 'dataset.json'))) return false;
  return !(await photoFolder(folder).list()).some((name) => name.endsWith('/dataset.json'));
}
