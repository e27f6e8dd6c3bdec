import { fileSource } from '../runtime/checkpoint/fileSource.node.js';
import { readBase, readPerson, type Base, type PersonFile } from '../runtime/checkpoint/index.js';
import { progressBar } from './output/progress.js';

/** Reads a base with a progress bar. */
export async function loadBase(path: string, signal: AbortSignal): Promise<Base> {
  const source = await fileSource(path);
  const bar = progressBar('loading');
  try {
    return await readBase(source, { signal, onProgress: (fraction) => bar.report(fraction) });
  } finally {
    bar.stop();
    await source.close();
  }
}

/** Reads a person of that base. */
export async function loadPerson(path: string, base: Base): Promise<PersonFile> {
  const source = await fileSource(path);
  try {
    return await readPerson(source, base);
  } finally {
    await source.close();
  }
}
