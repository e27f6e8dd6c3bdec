import { Command, Option } from 'commander';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type BackendName,
  directionsPathOf,
  expressionsKept,
  expressionsMarkdown,
  faceApiJudge,
  humanJudge,
  likenessMarkdown,
  loadDirections,
  measureLikeness,
  measureReconstruction,
  measureSpill,
  openBackend,
  proxyBeside,
  reconstructionMarkdown,
  spillMarkdown,
} from 'babylon-personalized-head/command';
import { fileSource, packagedAsset, photoFolder, writeTextAtomically } from 'babylon-personalized-head/node';
import { openFaceNets, readPhotoSet } from 'babylon-personalized-head/personalize';
import { loadBase, loadPerson } from '../files.js';
import { baseOption } from '../options/base.js';
import { largestSide, threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFolder } from '../output/outputPath.js';
import { stepLine } from '../output/progress.js';

interface EvaluateHeadOptions {
  readonly base: string;
  readonly output: string;
  readonly size: number;
  readonly fit: number;
  readonly threads: number;
  readonly backend: BackendName;
}

async function run(headPath: string, folder: string, options: EvaluateHeadOptions): Promise<void> {
  await requireOutputFolder(options.output);
  const signal = interruptSignal();
  const base = await loadBase(options.base, signal);
  const person = await loadPerson(headPath, base);
  const files = photoFolder(folder);
  const read = { size: options.size, signal };
  const { photos: train } = await readPhotoSet(files, { ...read, split: 'train' });
  const { photos: test } = await readPhotoSet(files, { ...read, split: 'test' });
  await mkdir(options.output, { recursive: true });
  const judges = [await faceApiJudge(), await humanJudge()];
  const backend = await openBackend(options.backend, options.threads);
  const proxy = await proxyBeside(options.base, base);
  const studio = {
    ...{ base, execution: backend.execution },
    ...(backend.device ? { device: backend.device } : {}),
    ...(proxy ? { proxy } : {}),
  };
  const line = stepLine();
  try {
    const directions = await loadDirections(directionsPathOf(options.base), base);
    line.report('likeness');
    const common = { person, directions, judges, side: options.size, signal };
    const likeness = await measureLikeness(studio, { ...common, photos: test });
    signal.throwIfAborted();
    const reconstruction = await measureReconstruction(studio, {
      ...{ ...common, photos: test, steps: options.fit },
      onProgress: (fraction) => line.report(`held-out photos ${Math.floor(100 * fraction)} %`),
    });
    line.report('alpha outside of masks');
    const spill = await measureSpill(studio, person, train, options.size);
    signal.throwIfAborted();
    line.report('expressions');
    const asset = await fileSource(packagedAsset('faces.safetensors'));
    const nets = await openFaceNets({ execution: backend.execution, asset });
    const expressions = await expressionsKept(studio, { person, directions, nets, side: options.size, signal }).finally(
      () => nets.dispose(),
    );
    line.stop();
    const name = basename(headPath);
    await writeTextAtomically(
      join(options.output, 'head.json'),
      JSON.stringify({ name, likeness, reconstruction, spill, expressions }, null, 1),
    );
    const parts = [
      likenessMarkdown(likeness),
      reconstructionMarkdown(reconstruction),
      expressionsMarkdown(expressions),
      spillMarkdown(spill),
    ];
    const markdown = [`## ${name}`, ...parts].join('\n\n');
    await writeTextAtomically(join(options.output, 'head.md'), `${markdown}\n`);
    console.log(resolve(options.output, 'head.md'));
  } finally {
    line.stop();
    for (const judge of judges) await judge.close();
    backend.close();
  }
}

/** `personalized-head evaluate-head`. */
export function evaluateHeadCommand(): Command {
  return new Command('evaluate-head')
    .description(
      'Measures a learned head against its photos: likeness to those held out, what is left of the base’s expressions, and halos.',
    )
    .argument('<head>', 'person file (.head)')
    .argument('<folder>', 'the data set that it was learned from, with train/ and test/ photos')
    .addOption(baseOption())
    .requiredOption('-o, --output <folder>', 'head.md and head.json')
    .option('--size <pixels>', 'side of the renders', wholeNumber(32, largestSide), 192)
    .option('--fit <steps>', 'steps in which a latent is fitted to a held-out photo', wholeNumber(1), 40)
    .addOption(threadsOption())
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .action(run);
}
