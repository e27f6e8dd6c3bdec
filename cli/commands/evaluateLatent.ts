import { Command, Option } from 'commander';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type BackendName,
  directionsPathOf,
  evaluateLatent,
  faceApiJudge,
  humanJudge,
  latentMarkdown,
  latentTable,
  loadDirections,
  openBackend,
  parseRecords,
  readPhotoInfo,
  recordLine,
} from 'babylon-personalized-head/command';
import { photoFolder, writeTextAtomically } from 'babylon-personalized-head/node';
import { readPhotoSet } from 'babylon-personalized-head/personalize';
import { AssetError } from 'babylon-personalized-head/runtime';
import { loadBase, loadPerson } from '../files.js';
import { baseOption } from '../options/base.js';
import { finiteNumber, largestSide, threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFolder } from '../output/outputPath.js';
import { stepLine } from '../output/progress.js';

interface EvaluateLatentCommandOptions {
  readonly base: string;
  readonly photos: string;
  readonly output: string;
  readonly size: number;
  readonly pairs: number;
  readonly steps: number;
  readonly samples: number;
  readonly edits: number;
  readonly amount: number;
  readonly fit: number;
  readonly seed: number;
  readonly directionsFile?: string;
  readonly threads: number;
  readonly backend: BackendName;
}

async function run(head: string, options: EvaluateLatentCommandOptions): Promise<void> {
  await requireOutputFolder(options.output);
  const journal = join(options.output, 'records.jsonl');
  const signal = interruptSignal(() => `What was measured is kept in ${journal}; the same command goes on from it.`);
  const { size, pairs, steps, samples, edits, amount, fit: fitSteps, seed } = options;
  const judges = [await faceApiJudge(), await humanJudge()];
  const base = await loadBase(options.base, signal);
  const person = await loadPerson(head, base);
  const files = photoFolder(options.photos);
  const { photos } = await readPhotoSet(files, { size, signal, split: 'test' });
  const backend = await openBackend(options.backend, options.threads);
  const { execution, device } = backend;
  const path = options.directionsFile ?? directionsPathOf(options.base);
  const directions = await loadDirections(path, base);
  const settings = { base: base.hash, size, pairs, steps, samples, edits, amount, fitSteps, seed };
  const line = stepLine();
  try {
    await mkdir(options.output, { recursive: true });
    const known = await knownRecords(journal, JSON.stringify(settings));
    const records = await evaluateLatent(
      { base, execution, ...(device ? { device } : {}) },
      {
        ...settings,
        side: size,
        person,
        directions,
        photos,
        infos: await readPhotoInfo(files),
        judges,
        known,
        signal,
        onRecord: (record) => appendFile(journal, recordLine(record)),
        onProgress: (fraction) => line.report(`measured ${Math.round(100 * fraction)} %`),
      },
    );
    line.stop();
    const table = latentTable(records, Object.fromEntries(judges.map(({ name, threshold }) => [name, threshold])));
    const names = judges.map(({ name }) => name);
    const text = `## ${basename(head, '.head')}\n\n${latentMarkdown(table, names)}\n`;
    await writeTextAtomically(join(options.output, 'latent.md'), text);
    console.log(text);
    console.log(resolve(options.output, 'latent.md'));
  } finally {
    line.stop();
    for (const judge of judges) await judge.close();
    backend.close();
  }
}

/** Records of an earlier run, whose first line says what it was run with. */
async function knownRecords(journal: string, settings: string) {
  const text = await readFile(journal, 'utf8').catch(() => null);
  if (!text?.includes('\n')) {
    await writeTextAtomically(journal, `${settings}\n`);
    return [];
  }
  if (text.slice(0, text.indexOf('\n')) !== settings) {
    throw new AssetError(
      'evaluation/journal',
      `${journal}: expected records of ${settings}, got those of other settings or another base. Name another folder.`,
    );
  }
  const records = parseRecords(text);
  const whole = `${settings}\n${records.map(recordLine).join('')}`;
  // A line that was cut off must not run into the next.
  if (whole !== text) await writeTextAtomically(journal, whole);
  return records;
}

/** `personalized-head evaluate-latent`. */
export function evaluateLatentCommand(): Command {
  return new Command('evaluate-latent')
    .description('Measures interpolation, synthesis and edits of a person by face distances. Ctrl-C, then go on.')
    .argument('<person>', 'person file, .head')
    .requiredOption('--photos <folder>', 'dataset.json with test/ photos, masks/, and info.json for expressions')
    .requiredOption('-o, --output <folder>', 'latent.md, and records.jsonl to go on from')
    .addOption(baseOption())
    .option('--size <pixels>', 'side of measured pictures', wholeNumber(32, largestSide), 128)
    .option('--pairs <number>', 'random pairs of anchors', wholeNumber(0), 10)
    .option('--steps <number>', 'looks between the two', wholeNumber(1), 3)
    .option('--samples <number>', 'samples of each way, and random heads of the base', wholeNumber(0), 24)
    .option('--edits <number>', 'neutral photos that are fitted and edited', wholeNumber(0), 8)
    .option('--amount <number>', 'amount of the smile in the person’s own space', finiteNumber, 2)
    .option('--fit <steps>', 'steps of each fit', wholeNumber(1), 80)
    .option('--seed <number>', 'seed of all that is random', wholeNumber(0), 0)
    .option('--directions-file <file>', 'directions other than those beside the base')
    .addOption(threadsOption())
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .action(run);
}
