import { Command, InvalidArgumentError, Option } from 'commander';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { evaluatePerson, type PersonEvaluation } from '../../personalize/evaluation/evaluatePerson.js';
import { faceApiJudge } from '../../personalize/evaluation/judges/faceApi.node.js';
import { humanJudge } from '../../personalize/evaluation/judges/human.node.js';
import { tableMarkdown } from '../../personalize/evaluation/table/markdown.js';
import { evaluationTable } from '../../personalize/evaluation/table/table.js';
import { efforts } from '../../personalize/personalize.js';
import { photoFolder } from '../../personalize/photos/folder.node.js';
import { readPhotoInfo } from '../../personalize/photos/photoInfo.js';
import { readPhotoSet } from '../../personalize/photos/photoSet.js';
import { methods, type Method } from '../../personalize/training/method.js';
import { writeFileAtomically } from '../../runtime/checkpoint/atomicFile.node.js';
import { writePerson } from '../../runtime/checkpoint/writePerson.node.js';
import { encodePng } from '../../runtime/core/picture.js';
import { openBackend, type BackendName } from '../backend.js';
import { loadBase } from '../files.js';
import { wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { stepLine } from '../output/progress.js';

interface EvaluateCommandOptions {
  readonly base: string;
  readonly output: string;
  readonly methods: readonly Method[];
  readonly effort: keyof typeof efforts;
  readonly steps?: number;
  readonly size: number;
  readonly singles: number;
  readonly fit: number;
  readonly seed: string;
  readonly threads: number;
  readonly backend: BackendName;
}

function parseMethods(text: string): readonly Method[] {
  return text.split(',').map((name) => {
    const method = methods.get(name.trim());
    if (!method) throw new InvalidArgumentError(`Expected names among ${[...methods.keys()].join(', ')}.`);
    return method;
  });
}

const text = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);

/** Everything found so far, readable at any time. */
async function write(folder: string, name: string, found: PersonEvaluation): Promise<void> {
  const { records, truth, costs, smiles, sheet } = found;
  const table = evaluationTable(records, truth, costs);
  await writeFileAtomically(
    join(folder, 'table.json'),
    text(JSON.stringify({ table, records, truth, smiles }, null, 1)),
  );
  const smileLines = smiles.map(
    ({ method, judge, neutral, smile }) => `| ${method} | ${judge} | ${neutral.toFixed(2)} | ${smile.toFixed(2)} |`,
  );
  const markdown = [
    `## ${name}`,
    tableMarkdown(table),
    '`happy` of the frontal view, fitted to the neutral and to the smiling test photo:',
    ['| method | judge | neutral | smile |', '|---|---|---:|---:|', ...smileLines].join('\n'),
    `![${name}](sheet.png)`,
    sheet.caption,
  ];
  await writeFileAtomically(join(folder, 'table.md'), text(`${markdown.join('\n\n')}\n`));
  await writeFileAtomically(join(folder, 'sheet.png'), encodePng(sheet.picture));
}

async function run(folder: string, options: EvaluateCommandOptions): Promise<void> {
  const signal = interruptSignal();
  const judges = [await faceApiJudge(), await humanJudge()];
  const base = await loadBase(options.base, signal);
  const files = photoFolder(folder);
  const read = { size: options.size, signal };
  const train = await readPhotoSet(files, { ...read, split: 'train' });
  const test = await readPhotoSet(files, { ...read, split: 'test' });
  for (const { name, reason } of [...train.problems, ...test.problems]) console.error(`left out ${name}: ${reason}`);
  const backend = await openBackend(options.backend, options.threads);
  const studio = { base, execution: backend.execution, ...(backend.device ? { device: backend.device } : {}) };
  const line = stepLine();
  try {
    await mkdir(options.output, { recursive: true });
    await evaluatePerson(studio, {
      train: train.photos,
      test: test.photos,
      infos: await readPhotoInfo(files),
      methods: options.methods,
      judges,
      effort: { ...efforts[options.effort], ...(options.steps ? { training: options.steps } : {}) },
      resolution: options.size,
      singles: options.singles,
      fitSteps: options.fit,
      seed: options.seed,
      signal,
      onProgress: (method, what, progress) => {
        const fraction = typeof progress === 'number' ? progress : progress.fraction;
        const loss = typeof progress === 'number' ? '' : `, ${progress.stage}, loss ${progress.loss.toFixed(4)}`;
        line.report(`${method}: ${what} ${Math.round(100 * fraction)} %${loss}`);
      },
      onMethod: async (found, person) => {
        await write(options.output, basename(resolve(folder)), found);
        await writePerson(join(options.output, `${person.metadata.get('method') ?? 'person'}.head`), person);
      },
    });
    line.stop();
    console.log(resolve(options.output, 'table.md'));
  } finally {
    line.stop();
    for (const judge of judges) await judge.close();
    backend.close();
  }
}

/** `personalized-head evaluate`. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Learns a person by several methods and compares them on photos that no training saw.')
    .argument('<folder>', 'dataset.json with train/ and test/ photos, masks/, and info.json for expressions')
    .option('--base <file>', 'base file (.safetensors)', 'assets/base.safetensors')
    .requiredOption('-o, --output <folder>', 'table.md, table.json, sheet.png and a .head by each method')
    .option('--methods <names>', `of ${[...methods.keys()].join(', ')}`, parseMethods, parseMethods('base,lora-1,full'))
    .addOption(new Option('--effort <name>', 'how long').choices(Object.keys(efforts)).default('good'))
    .option('--steps <number>', 'training steps in place of the effort’s', wholeNumber(1))
    .option('--size <pixels>', 'side of training photos and compared images', wholeNumber(32), 128)
    .option('--singles <number>', 'test photos beside regular series that are fitted', wholeNumber(0), 1000)
    .option('--fit <steps>', 'steps in which a latent is fitted to a held-out photo', wholeNumber(1), 40)
    .option('--seed <text>', 'of everything random', '0')
    .option('--threads <number>', 'of the CPU’s networks (default: one per core)', wholeNumber(1), 0)
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .addHelpText(
      'after',
      '\nFace distances need two development packages: npm install --save-dev @vladmandic/face-api @vladmandic/human ' +
        '@tensorflow/tfjs @tensorflow/tfjs-backend-wasm',
    )
    .action(run);
}
