import { Command, InvalidArgumentError, Option } from 'commander';
import { basename, join, resolve } from 'node:path';
import {
  type BackendName,
  directionsBeside,
  evaluatePerson,
  type EvaluationProgress,
  evaluationTable,
  faceApiJudge,
  type FaceJudge,
  folderStore,
  humanJudge,
  type LpipsNetwork,
  type LpipsNote,
  methodExpressionsMarkdown,
  openBackend,
  type PersonEvaluation,
  proxyBeside,
  readPhotoInfo,
  runKey,
  tableMarkdown,
} from 'babylon-personalized-head/command';
import {
  fileSource,
  packagedAsset,
  photoFolder,
  writeFileAtomically,
  writeTextAtomically,
} from 'babylon-personalized-head/node';
import {
  efforts,
  type Method,
  methodNamed,
  methods,
  openFaceNets,
  readPhotoSet,
  type Studio,
} from 'babylon-personalized-head/personalize';
import { encodePng } from 'babylon-personalized-head/runtime';
import { baseOption } from '../options/base.js';
import { loadBase, loadLpips } from '../files.js';
import { identityOption, lpipsOption, lpipsWeightOption, noLpips } from '../options/losses.js';
import { largestSide, threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFolder } from '../output/outputPath.js';
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
  readonly lpips: readonly string[];
  readonly lpipsWeight?: number;
  readonly identity: number;
  readonly threads: number;
  readonly backend: BackendName;
}

const usualMethods = 'base,lora-1,full';

function parseMethods(text: string): readonly Method[] {
  return text.split(',').map((name) => {
    const method = methodNamed(name);
    if (!method)
      throw new InvalidArgumentError(`Expected names among ${[...methods.keys()].join(', ')}, or full@0.0003.`);
    return method;
  });
}

/** Everything found so far, readable at any time. */
async function write(folder: string, name: string, found: PersonEvaluation, lpips: LpipsNote | null): Promise<void> {
  const { records, truth, costs, smiles, expressions, sheet } = found;
  const table = evaluationTable(records, truth, costs, lpips);
  await writeTextAtomically(
    join(folder, 'table.json'),
    JSON.stringify({ table, records, truth, smiles, expressions }, null, 1),
  );
  const smileLines = smiles.map(
    ({ method, judge, neutral, smile }) => `| ${method} | ${judge} | ${neutral.toFixed(2)} | ${smile.toFixed(2)} |`,
  );
  const markdown = [
    `## ${name}`,
    tableMarkdown(table),
    ...(Object.keys(expressions).length > 0 ? [methodExpressionsMarkdown(expressions)] : []),
    '`happy` of the frontal view, fitted to the neutral and to the smiling test photo:',
    ['| method | judge | neutral | smile |', '|---|---|---:|---:|', ...smileLines].join('\n'),
    `![${name}](sheet.png)`,
    sheet.caption,
  ];
  await writeTextAtomically(join(folder, 'table.md'), `${markdown.join('\n\n')}\n`);
  await writeFileAtomically(join(folder, 'sheet.png'), encodePng(sheet.picture));
}

async function run(folders: readonly string[], options: EvaluateCommandOptions): Promise<void> {
  await requireOutputFolder(options.output);
  const signal = interruptSignal(
    () => `What was measured is kept in ${options.output}; the same command goes on from it.`,
  );
  const lpips = await loadLpips(options.lpips);
  if (!lpips && options.lpipsWeight !== undefined) throw noLpips();
  const judges = [await faceApiJudge(), await humanJudge()];
  const backend = await openBackend(options.backend, options.threads);
  const line = stepLine();
  try {
    const base = await loadBase(options.base, signal);
    const proxy = await proxyBeside(options.base, base);
    const studio: Studio = {
      ...{ base, execution: backend.execution },
      ...(backend.device ? { device: backend.device } : {}),
      ...(proxy ? { proxy } : {}),
    };
    const clock = new Remaining(folders.length);
    for (const folder of folders) {
      const name = basename(resolve(folder));
      const output = folders.length > 1 ? join(options.output, name) : options.output;
      await evaluateFolder(studio, folder, output, options, { judges, lpips }, signal, (progress) => {
        const { method, what, done, total } = progress;
        const share = Math.floor((100 * done) / total);
        line.report(`${name} ${method}: ${what}; ${share} % of ${name}${clock.left(progress)}`);
      });
      clock.next();
      line.stop();
      console.log(resolve(output, 'table.md'));
    }
  } finally {
    line.stop();
    for (const judge of judges) await judge.close();
    backend.close();
  }
}

/** Minutes left of several people's evaluations; people to come count like the one under way. */
class Remaining {
  private readonly _begun = performance.now();
  private _worked = 0;
  private _now = 0;

  constructor(private _people: number) {}

  left({ done, total, known }: EvaluationProgress): string {
    this._now = done - known;
    const steps = this._worked + this._now;
    if (steps < 5) return '';
    const pending = total - done + (this._people - 1) * total;
    const minutes = (((performance.now() - this._begun) / steps) * pending) / 60_000;
    return `, ${Math.ceil(minutes)} min left in all`;
  }

  next(): void {
    this._worked += this._now;
    this._now = 0;
    this._people--;
  }
}

async function evaluateFolder(
  studio: Studio,
  folder: string,
  output: string,
  options: EvaluateCommandOptions,
  { judges, lpips }: { readonly judges: readonly FaceJudge[]; readonly lpips: LpipsNetwork | null },
  signal: AbortSignal,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<void> {
  const files = photoFolder(folder);
  const read = { size: options.size, signal };
  const train = await readPhotoSet(files, { ...read, split: 'train' });
  const test = await readPhotoSet(files, { ...read, split: 'test' });
  for (const { name, reason } of [...train.problems, ...test.problems]) console.error(`left out ${name}: ${reason}`);
  const settings = {
    effort: { ...efforts[options.effort], ...(options.steps ? { training: options.steps } : {}) },
    resolution: options.size,
    singles: options.singles,
    fitSteps: options.fit,
    seed: options.seed,
    // Said only where they are used, so that evaluations without them go on.
    ...(options.identity > 0 ? { identity: options.identity } : {}),
  };
  const term = lpips ? { network: lpips, weight: options.lpipsWeight ?? 0 } : null;
  const note = term ? { variant: term.network.variant, trained: term.weight > 0 } : null;
  const directions = await directionsBeside(options.base, studio.base);
  const key = await runKey(studio.base, [...train.photos, ...test.photos], {
    ...settings,
    expressions: [...(directions?.byName.keys() ?? [])],
    ...(term ? { lpips: [term.network.hash, term.weight] } : {}),
  });
  const nets = await openFaceNets({
    execution: studio.execution,
    asset: await fileSource(packagedAsset('faces.safetensors')),
  });
  await evaluatePerson(studio, {
    ...settings,
    ...(directions ? { directions } : {}),
    nets,
    ...(term ? { lpips: term } : {}),
    train: train.photos,
    test: test.photos,
    infos: await readPhotoInfo(files),
    methods: options.methods,
    judges,
    store: await folderStore(output, key),
    signal,
    onProgress,
    onMethod: (found) => write(output, basename(resolve(folder)), found, note),
  }).finally(() => nets.dispose());
}

/** `personalized-head evaluate`. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Learns a person by several methods and compares them on photos that no training saw.')
    .argument('<folders...>', 'each: dataset.json with train/ and test/ photos, masks/, and info.json for expressions')
    .addOption(baseOption())
    .requiredOption(
      '-o, --output <folder>',
      'table.md, table.json, sheet.png and a .head by each method; of several folders, one below for each',
    )
    .addOption(
      new Option('--methods <names>', `some of ${[...methods.keys()].join(', ')}; name@rate for another rate`)
        .argParser(parseMethods)
        .default(parseMethods(usualMethods), usualMethods),
    )
    .addOption(new Option('--effort <name>', 'how long').choices(Object.keys(efforts)).default('good'))
    .option('--steps <number>', 'training steps in place of the effort’s', wholeNumber(1))
    .option('--size <pixels>', 'side of training photos and compared images', wholeNumber(32, largestSide), 128)
    .option('--singles <number>', 'test photos beside regular series that are fitted', wholeNumber(0), 1000)
    .option('--fit <steps>', 'steps in which a latent is fitted to a held-out photo', wholeNumber(1), 40)
    .option('--seed <text>', 'seed of all that is random', '0')
    .addOption(lpipsOption('a further column: LPIPS by this network (safetensors; repeat for the heads’ file)'))
    .addOption(lpipsWeightOption(0, 'weight of LPIPS in the loss: methods then learn by it, and it is no judge'))
    .addOption(identityOption())
    .addOption(threadsOption())
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .addHelpText(
      'after',
      '\nCtrl-C stops, the same command goes on; further --methods are added to those that are done.' +
        '\n\nFace distances need two development packages: npm install --save-dev @vladmandic/face-api @vladmandic/human ' +
        '@tensorflow/tfjs @tensorflow/tfjs-backend-wasm',
    )
    .action(run);
}
