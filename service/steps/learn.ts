import { withDoubts, withThumbnail } from 'babylon-personalized-head/command';
import {
  efforts,
  personalize,
  readPhotoSet,
  type Effort,
  type PhotoFiles,
  type PersonalizeProgress,
  type PreparationReport,
} from 'babylon-personalized-head/personalize';
import { encodePerson, HeadError, type PersonFile } from 'babylon-personalized-head/runtime';
import { unzipSync } from 'fflate';
import { fileNames } from '../people/personFiles.js';
import type { PersonOptions } from '../queue/jobs.js';
import type { Step } from '../worker/step.js';
import type { Machine } from './machine.js';
import { frontPicture } from './preview.js';
import { Regularly } from './regularly.js';

export interface LearnOptions {
  /** Side of the photos while they are learned from, pixels. */
  readonly size: number;
  /** Steps in place of an effort's. */
  readonly steps?: Partial<Effort>;
  /** Between two writes of the state to the store, seconds. */
  readonly stateEvery: number;
}

/** Between two previews, seconds. */
const previewEvery = 60;

function describe({ stage, step, steps }: PersonalizeProgress): string {
  return `${stage} ${step + 1}/${steps}`;
}

/** The data set becomes a head. Goes on from the state of a worker that died or was stopped. */
export const learnStep =
  (machine: Machine, settings: LearnOptions): Step =>
  async ({ record, files, signal, report }) => {
    if ((await files.names()).includes(fileNames.head)) return;
    const { size, stateEvery } = settings;
    const { photos } = await readPhotoSet(zipFiles(await files.read(fileNames.set)), { size, signal });
    const resume = await files.read(fileNames.state);
    const states = new Regularly<Uint8Array>(stateEvery, (state) => files.put(fileNames.state, state));
    const previews = new Regularly<PersonFile>(previewEvery, async (person) =>
      files.put(fileNames.preview, await frontPicture(machine, person)),
    );
    const { studio, directions, proxy } = machine;
    try {
      const learned = await personalize({
        ...studio,
        ...(directions ? { directions } : {}),
        ...(proxy ? { proxy } : {}),
        ...optionsOf(record.options, settings),
        ...{ photos, signal, resolution: size },
        // Their cameras were estimated.
        refineCameras: true,
        ...(resume ? { resume } : {}),
        onProgress: (progress) => report({ fraction: progress.fraction, text: describe(progress), eta: progress.eta }),
        onState: (state) => states.offer(state),
        onPreview: (person) => previews.offer(person),
      });
      // A run that is stopped while it trains ends with what it has: that is no head to hand out.
      if (!learned.completed) signal.throwIfAborted();
      const before = await files.readJson<PreparationReport>(fileNames.report);
      if (before) {
        const names = photos.map(({ name }) => name);
        await files.putJson(fileNames.report, withDoubts(before, names, learned.reliabilities));
      }
      await files.put(fileNames.head, encodePerson(await withThumbnail(studio, learned.person)));
    } catch (error) {
      await states.flush();
      throw error;
    }
  };

const optionsOf = ({ effort, seed }: PersonOptions, { steps }: LearnOptions): { effort: Effort; seed: string } => ({
  effort: { ...efforts[effort], ...steps },
  seed,
});

function zipFiles(bytes: Uint8Array | null): PhotoFiles {
  if (!bytes) {
    throw new HeadError('service/photos', 'photos: expected prepared photos in the store, got none. Send them again.');
  }
  const entries = unzipSync(bytes);
  return {
    list: () => Promise.resolve(Object.keys(entries).sort()),
    read: (name) => Promise.resolve(entries[name]!),
  };
}
