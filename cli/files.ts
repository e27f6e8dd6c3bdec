import { stat } from 'node:fs/promises';
import { readLpips, type LpipsNetwork } from '../personalize/perceptual/lpipsNetwork.js';
import { fileSource } from '../runtime/checkpoint/fileSource.node.js';
import { readBase, readPerson, type Base, type PersonFile } from '../runtime/checkpoint/index.js';
import { progressBar } from './output/progress.js';

/** Is there a file or folder of that name? */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

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

/** Reads an LPIPS network from one file or several; null where none is named. */
export async function loadLpips(paths: readonly string[]): Promise<LpipsNetwork | null> {
  if (paths.length === 0) return null;
  const sources: Awaited<ReturnType<typeof fileSource>>[] = [];
  try {
    for (const path of paths) sources.push(await fileSource(path));
    return await readLpips(...sources);
  } finally {
    for (const source of sources) await source.close();
  }
}
