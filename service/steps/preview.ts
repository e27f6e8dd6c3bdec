import { personWs, renderPortraits } from 'babylon-personalized-head/command';
import {
  bytesSource,
  encodePng,
  frontalCamera,
  HeadError,
  bitmapOf,
  networkLayout,
  readPerson,
  type PersonFile,
} from 'babylon-personalized-head/runtime';
import { fileNames, type PersonFiles } from '../people/personFiles.js';
import type { Step } from '../worker/step.js';
import type { Machine } from './machine.js';

/** Side of the picture, pixels. */
const side = 256;

/** The neutral face from the front over nothing, as a PNG. */
export async function frontPicture({ studio }: Machine, person: PersonFile): Promise<Uint8Array> {
  const { numWs } = networkLayout(studio.base);
  const view = { ws: personWs(person, null, numWs), camera: frontalCamera(studio.base.config.camera) };
  const [portrait] = await renderPortraits(studio, person, [view], side);
  return encodePng(bitmapOf(portrait!.imageRaw, portrait!.alpha, 'transparent'));
}

/** The finished head of a person. */
export async function finishedPerson({ base }: Machine, files: PersonFiles): Promise<PersonFile> {
  const bytes = await files.read(fileNames.head);
  if (bytes) return readPerson(bytesSource(bytes), base);
  throw new HeadError('service/head', 'store: expected a finished head, got none. Send the photos again.');
}

/** A picture of the finished head. */
export const previewStep =
  (machine: Machine): Step =>
  async ({ files }) =>
    files.put(fileNames.preview, await frontPicture(machine, await finishedPerson(machine, files)));
