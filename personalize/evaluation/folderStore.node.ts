import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically, writeTextAtomically } from '../../runtime/checkpoint/atomicFile.node.js';
import { writePerson } from '../../runtime/checkpoint/person/writePerson.node.js';
import { AssetError } from '../../runtime/core/errors.js';
import { encodePng, pictureGrid, type Bitmap } from '../../runtime/core/bitmap.js';
import { decodeImage } from '../photos/decodeImage.js';
import type { EvaluationStore, MethodResult } from './methodResult.js';

/** null where there is no such file. */
async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function readJson<T>(path: string): Promise<T | null> {
  const content = await readIfThere(path);
  return content && (JSON.parse(new TextDecoder().decode(content)) as T);
}

/** Pictures one below the other, and back. */
const strip = (pictures: readonly Bitmap[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(encodePng(pictureGrid(pictures.map((picture) => [picture]))));

function unstrip(png: Uint8Array, count: number, where: string): Bitmap[] {
  const { width, height, data } = decodeImage(png, where);
  const size = (width * height * 4) / count;
  return Array.from({ length: count }, (_, i) => ({
    width,
    height: height / count,
    data: Uint8Array.from(data.subarray(i * size, (i + 1) * size)),
  }));
}

/**
 * A folder with `<method>.head`, `.json` and `.png` for each method that is done, `<method>.training` for the one under way,
 * and `anchors.json`.
 * @param key says what decides the results: a folder of another key is refused
 * @throws AssetError `evaluation/other` for such a folder
 */
export async function folderStore(folder: string, key: string): Promise<EvaluationStore> {
  await mkdir(folder, { recursive: true });
  const keyFile = join(folder, 'evaluation.key');
  const known = await readIfThere(keyFile);
  if (known && new TextDecoder().decode(known) !== key) {
    throw new AssetError(
      'evaluation/other',
      `${folder}: expected an evaluation of these photos, base and settings, got one of others. ` +
        'Give the same ones to go on, or another output folder.',
    );
  }
  await writeTextAtomically(keyFile, key);
  const at = (name: string): string => join(folder, name);
  return {
    async anchors() {
      const found = await readJson<{ inverted: number[][]; seconds: number }>(at('anchors.json'));
      return found && { ...found, inverted: found.inverted.map((v) => Float32Array.from(v)) };
    },
    saveAnchors: ({ inverted, seconds }) =>
      writeTextAtomically(
        at('anchors.json'),
        JSON.stringify({ inverted: inverted.map((v) => Array.from(v)), seconds }),
      ),
    async result(method) {
      const found = await readJson<Omit<MethodResult, 'renders'> & { rows: number }>(at(`${method}.json`));
      const png = await readIfThere(at(`${method}.png`));
      if (!found || !png) return null;
      const { rows, ...rest } = found;
      return { ...rest, renders: unstrip(png, rows, `${method}.png`) };
    },
    async saveResult({ renders, ...rest }, person) {
      await writePerson(at(`${rest.method}.head`), person);
      await writeFileAtomically(at(`${rest.method}.png`), strip(renders));
      await writeTextAtomically(at(`${rest.method}.json`), JSON.stringify({ ...rest, rows: renders.length }));
      await rm(at(`${rest.method}.training`), { force: true });
    },
    state: (method) => readIfThere(at(`${method}.training`)),
    saveState: (method, state) => writeFileAtomically(at(`${method}.training`), Uint8Array.from(state)),
  };
}
