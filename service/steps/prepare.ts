import { datasetFiles } from 'babylon-personalized-head/command';
import { decodeUpright } from 'babylon-personalized-head/node';
import { describePeople, preparePhotos, type PhotoFiles } from 'babylon-personalized-head/personalize';
import { AssetError, HeadError } from 'babylon-personalized-head/runtime';
import { zipSync } from 'fflate';
import { fileNames } from '../people/personFiles.js';
import type { Step } from '../worker/step.js';
import type { Machine } from './machine.js';

/** Side of the crops that are kept, pixels. */
const size = 256;

const texts = { looking: 'looking at photos', cameras: 'finding the cameras', cutting: 'cutting out' } as const;

/** Raw photos become a data set: whose face, from where, cut out; and a report of what became of each. */
export const prepareStep =
  (machine: Machine): Step =>
  async ({ record, files, signal, report }) => {
    const there = await files.names();
    if (there.includes(fileNames.set) || there.includes(fileNames.head)) return;
    const { nets, shape } = await machine.faces();
    const photos: PhotoFiles = {
      list: () => Promise.resolve(record.photos),
      read: async (name) => {
        const bytes = await files.read(name);
        if (bytes) return bytes;
        throw new HeadError('service/photos', 'photos: expected the photos in the store, got none. Send them again.');
      },
    };
    const prepared = await preparePhotos({
      ...{ files: photos, nets, shape, size, signal },
      names: record.photos,
      decode: decodeUpright,
      choose: (people) =>
        Promise.reject(new AssetError('photos/people', `photos: ${describePeople(people)} Send those of one.`)),
      onProgress: ({ stage, fraction }) => report({ fraction, text: texts[stage], eta: null }),
    });
    signal.throwIfAborted();
    await files.putJson(fileNames.report, prepared.report);
    if (prepared.photos.length === 0) {
      throw new AssetError('photos/none', `photos: ${prepared.report.warnings[0] ?? 'no photo can be used.'}`);
    }
    await files.put(fileNames.set, zipSync(Object.fromEntries(datasetFiles(prepared)), { level: 0 }));
  };
