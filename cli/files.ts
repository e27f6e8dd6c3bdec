import { stat } from 'node:fs/promises';
import { type LpipsNetwork, ofFile, readFrom, readLpips } from 'babylon-personalized-head/command';
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
export function loadBase(path: string, signal: AbortSignal): Promise<Base> {
  return readFrom(path, async (source) => {
    const bar = progressBar('loading');
    try {
      return await readBase(source, { signal, verify: true, onProgress: (fraction) => bar.report(fraction) });
    } finally {
      bar.stop();
    }
  });
}

/** Reads a person of that base. */
export function loadPerson(path: string, base: Base): Promise<PersonFile> {
  return readFrom(path, (source) => readPerson(source, base));
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
