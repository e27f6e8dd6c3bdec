import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import {
  type Agreement,
  type Attribute,
  attributes,
  attributesNamed,
  type BackendName,
  compareDirections,
  directionsPathOf,
  type Effect,
  type FaceJudge,
  FaceStudio,
  findDirections,
  installedJudges,
  judgesFor,
  loadDirections,
  openBackend,
  probeDirection,
  withExpressions,
} from 'babylon-personalized-head/command';
import { writeTextAtomically } from 'babylon-personalized-head/node';
import { AssetError, HeadError } from 'babylon-personalized-head/runtime';
import { exists, loadBase } from '../files.js';
import { directionsFile, printDirections, spreadsOf } from '../latent/directionsReport.js';
import { labelSamples } from '../latent/labelSamples.js';
import { baseArgument } from '../options/base.js';
import { finiteNumber, largestSide, threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFile } from '../output/outputPath.js';
import { stepLine } from '../output/progress.js';

interface DirectionsOptions {
  readonly output?: string;
  readonly number: number;
  readonly attributes: readonly string[];
  readonly keep: readonly string[];
  readonly fraction: number;
  readonly psi: number;
  readonly size: number;
  readonly seed: number;
  readonly labels?: string;
  readonly probe: number;
  readonly render: boolean;
  readonly expressions?: boolean;
  readonly threads: number;
  readonly backend: BackendName;
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim());

/** Beside the base, where nothing is yet. */
async function outputOf(basePath: string, output: string | undefined): Promise<string> {
  const path = output ?? directionsPathOf(basePath);
  if (output === undefined && (await exists(path))) {
    throw new HeadError(
      'directions/output',
      `${path}: this base has directions already. Give another name with -o found.directions.json.`,
    );
  }
  return path;
}

async function run(basePath: string, options: DirectionsOptions): Promise<void> {
  const output = await outputOf(basePath, options.output);
  await requireOutputFile(output, '.json');
  const wanted = attributesNamed(options.attributes);
  const file = options.labels ?? output.replace(/(\.directions)?\.json$/, '') + '.labels.jsonl';
  const signal = interruptSignal(() => `The labels so far are kept in ${file}; the same command goes on from them.`);
  const base = await loadBase(basePath, signal);
  const backend = await openBackend(options.backend, options.threads);
  const { execution, device } = backend;
  const line = stepLine();
  let judges: FaceJudge[] | null = null;
  let opened: FaceStudio | null = null;
  const drawing = await FaceStudio.open({ base, execution, ...(device ? { device } : {}) }, [], options.size);
  const faces = async (): Promise<FaceStudio> => {
    judges ??= await requireJudges(wanted);
    opened ??= await FaceStudio.open({ base, execution, ...(device ? { device } : {}) }, judges, options.size);
    return opened;
  };
  try {
    const seeds = Array.from({ length: options.number }, (_, i) => options.seed + i);
    const { psi, expressions = false } = options;
    const key = { base: base.hash, psi, side: options.size, expressions };
    const ownPath = directionsPathOf(basePath);
    const isOwn = resolve(ownPath) !== resolve(output) && (await exists(ownPath));
    const own = expressions || isOwn ? await loadDirections(ownPath, base) : null;
    const latentOf = async (seed: number): Promise<Float32Array> => {
      const w = await drawing.latent(seed, psi);
      return expressions ? withExpressions(w, own!, seed) : w;
    };
    const begun = performance.now();
    let first: number | null = null;
    const samples = await labelSamples(faces, {
      file,
      key,
      seeds,
      latentOf,
      wanted: options.attributes,
      render: options.render,
      signal,
      onProgress: (done) => {
        first ??= done;
        const left = ((performance.now() - begun) / 1000 / Math.max(1, done - first)) * (seeds.length - done);
        line.report(`labelling ${done}/${seeds.length}, ${Math.ceil(left / 60)} min left`);
      },
    });
    line.stop();
    const latents = new Map<number, Float32Array>();
    for (const { seed } of samples) latents.set(seed, await latentOf(seed));
    const found = findDirections(samples, (seed) => latents.get(seed)!, wanted, {
      keep: options.keep,
      fraction: options.fraction,
    });
    const spreads = spreadsOf(samples, found);
    const effects = new Map<string, Effect>();
    let agreements = new Map<string, Agreement>();
    if (options.probe > 0 && options.render) {
      const probe = await faces();
      const probed = samples.slice(0, options.probe).map(({ seed }) => latents.get(seed)!);
      for (const { attribute, vector } of found) {
        signal.throwIfAborted();
        line.report(`measuring ${attribute.name}`);
        effects.set(attribute.name, await probeDirection(probe, probed, vector, 1, spreads));
      }
      if (own) agreements = await compareDirections(probe, probed, found, effects, own, spreads);
    }
    line.stop();
    const note = `Found by personalized-head from ${samples.length} labelled samples, psi ${psi}${expressions ? ', random expressions' : ''}. crosstalk: change of each score by amount 1, in standard deviations.`;
    const text = directionsFile(base.hash, found, effects, agreements, note);
    await writeTextAtomically(output, text);
    printDirections(found, effects, agreements);
    console.log(resolve(output));
  } finally {
    line.stop();
    await drawing.dispose();
    // Assigned in a closure, which the compiler's flow analysis does not follow.
    await (opened as FaceStudio | null)?.dispose();
    for (const judge of (judges as FaceJudge[] | null) ?? []) await judge.close();
    backend.close();
  }
}

async function requireJudges(wanted: readonly Attribute[]): Promise<FaceJudge[]> {
  const missing: string[] = [];
  const installed = await installedJudges((message) => missing.push(message));
  const judges = judgesFor(installed, wanted);
  for (const judge of installed) if (!judges.includes(judge)) await judge.close();
  if (judges.length > 0) return judges;
  throw new AssetError(
    'judge/missing',
    `${missing[0] ?? 'directions: no installed face network tells these attributes.'} ` +
      'Or give a --labels file and --no-render.',
  );
}

/** `personalized-head directions`. */
export function directionsCommand(): Command {
  const all = [...attributes.keys()];
  return new Command('directions')
    .description('Finds directions of a base’s latent space from labels: samples, renders, reads faces, separates.')
    .addArgument(baseArgument())
    .option('-o, --output <file>', 'directions file (default: <base>.directions.json, where there is none)')
    .option('-n, --number <number>', 'how many samples', wholeNumber(8), 2000)
    .addOption(
      new Option('--attributes <names>', `some of ${all.join(', ')}`).argParser(names).default(all, 'all of them'),
    )
    .addOption(
      new Option('--keep <names>', 'attributes that every other direction leaves alone')
        .argParser(names)
        .default([], 'none'),
    )
    .option('--fraction <share>', 'share of the samples at each extreme', finiteNumber, 0.1)
    .option('--psi <number>', 'truncation of the samples', finiteNumber, 0.7)
    .option('--expressions', 'give samples random expressions of the base’s own directions')
    .option('--size <pixels>', 'side of the judged pictures', wholeNumber(32, largestSide), 64)
    .option('--seed <number>', 'first of the samples’ seeds', wholeNumber(0), 0)
    .option('--labels <file>', 'labels so far, gone on with (default: beside the output)')
    .option('--no-render', 'only what the labels file has')
    .option('--probe <number>', 'heads on which each direction’s effect is measured', wholeNumber(0), 8)
    .addOption(threadsOption())
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .addHelpText(
      'after',
      '\nCtrl-C keeps the labels; the same command goes on. A labels file may be written by hand: a line of JSON a sample.' +
        '\n\nExample:\n  personalized-head directions ffhq.safetensors -n 5000 --keep age,gender,yaw',
    )
    .action(run);
}
