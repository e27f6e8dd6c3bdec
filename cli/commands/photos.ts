import { Command, InvalidArgumentError } from 'commander';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { datasetFiles, holdOut, type HoldOut } from 'babylon-personalized-head/command';
import { writeFileAtomically } from 'babylon-personalized-head/node';
import { AssetError, encodePng } from 'babylon-personalized-head/runtime';
import { threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFolder } from '../output/outputPath.js';
import { photoPaths } from '../photos/photoPaths.js';
import { prepareRawPhotos, requireKept } from '../photos/rawPhotos.js';

interface PhotosCommandOptions {
  readonly output: string;
  readonly size: number;
  readonly holdOut?: HoldOut;
  readonly person?: number;
  readonly overwrite?: boolean;
  readonly threads: number;
}

/** What this command writes. */
const written = ['train', 'test', 'masks', 'dataset.json', 'report.json', 'contact.png'];

function parseHoldOut(text: string): HoldOut {
  if (/^\d+$/.test(text)) return Number(text);
  const names = text.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Expected a number, or names with * and commas.');
  return names;
}

/** @throws AssetError where files lie in the folder that are not this command's, or that must not be overwritten */
async function requireFree(folder: string, overwrite: boolean): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    const reason = (cause as Error).message;
    throw new AssetError('photos/output', `${folder}: expected a folder to write to (${reason}). Name another.`, {
      cause,
    });
  }
  const strange = names.filter((name) => !written.includes(name));
  if (names.length > 0 && (!overwrite || strange.length > 0)) {
    const remedy = strange.length > 0 ? 'Name an empty one.' : 'Name another, or say --overwrite.';
    throw new AssetError(
      'photos/output',
      `${folder}: expected an empty folder, got one with ${(strange.length > 0 ? strange : names).slice(0, 3).join(', ')}. ${remedy}`,
    );
  }
}

async function run(paths: readonly string[], options: PhotosCommandOptions): Promise<void> {
  const signal = interruptSignal();
  await requireOutputFolder(options.output);
  await requireFree(options.output, options.overwrite ?? false);
  const { size, threads, person } = options;
  const raw = await prepareRawPhotos(await photoPaths(paths), {
    ...{ size, threads, signal },
    ...(person === undefined ? {} : { person }),
  });
  // Before anything is written or replaced.
  requireKept(raw.prepared);
  const prepared = options.holdOut === undefined ? raw.prepared : holdOut(raw.prepared, options.holdOut);
  signal.throwIfAborted();
  if (options.overwrite) {
    for (const name of written) await rm(join(options.output, name), { recursive: true, force: true });
  }
  for (const [name, bytes] of datasetFiles(prepared)) {
    const path = join(options.output, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomically(path, bytes);
  }
  await writeFileAtomically(join(options.output, 'contact.png'), encodePng(raw.sheet()));
  console.log(resolve(options.output));
}

/** `personalized-head photos`. */
export function photosCommand(): Command {
  return new Command('photos')
    .description(
      'Makes photos to learn from out of raw ones: finds the person and the cameras, cuts out, says why not.',
    )
    .argument('<photos...>', 'a folder, or photos (JPEG, PNG, WebP, AVIF, HEIC)')
    .requiredOption(
      '-o, --output <folder>',
      'data set to write: train/, masks/, dataset.json, report.json, contact.png',
    )
    .option('--size <pixels>', 'side of the photos that are written', wholeNumber(32), 256)
    .option('--hold-out <number|names>', 'photos for test/: how many, or names (a*.jpg,b.jpg)', parseHoldOut)
    .option('--person <number>', 'who is meant, where several people are in the photos', wholeNumber(1))
    .option('--overwrite', 'replace a data set that is there')
    .addOption(threadsOption())
    .addHelpText('after', '\nNothing leaves the machine. docs/photos.md says how to take good photos.')
    .action(run);
}
