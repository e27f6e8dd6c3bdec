import { stat } from 'node:fs/promises';
import { type LpipsNetwork, ofFile, readLpips } from 'babylon-personalized-head/command';
import { fileSource } from 'babylon-personalized-head/node';
import { type Base, type PersonFile, readBase, readPerson } from 'babylon-personalized-head/runtime';
import { progressBar } from './output/progress.js';

/** Is there a file or folder of that name? */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Reads a base with a progress bar, and checks its weights against the hash that persons name it by. */
export async function loadBase(path: string, signal: AbortSignal): Promise<Base> {
  const source = await fileSource(path);
  const bar = progressBar('loading');
  try {
    return await ofFile(path, () =>
      readBase(source, { signal, verify: true, onProgress: (fraction) => bar.report(fraction) }),
    );
  } finally {
    bar.stop();
    await source.close();
  }
}

/** Reads a person of that base. */
export async function loadPerson(path: string, base: Base): Promise<PersonFile> {
  const source = await fileSource(path);
  try {
    return await ofFile(path, () => readPerson(source, base));
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
    return await ofFile(paths.join(', '), () => readLpips(...sources));
  } finally {
    for (const source of sources) await source.close();
  }
}
