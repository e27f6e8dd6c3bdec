import { Command, InvalidArgumentError, Option } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type BackendName,
  directionsBeside,
  doubtLines,
  openBackend,
  personSheet,
  proxyBeside,
  withDoubts,
  withThumbnail,
} from 'babylon-personalized-head/command';
import { writeFileAtomically, writePerson } from 'babylon-personalized-head/node';
import {
  type Effort,
  efforts,
  type Method,
  methods,
  personalize,
  type PersonalizeProgress,
} from 'babylon-personalized-head/personalize';
import { encodePng } from 'babylon-personalized-head/runtime';
import { loadBase, loadLpips } from '../files.js';
import { baseOption } from '../options/base.js';
import { expressionsOption, identityOption, lpipsOption, lpipsWeightOption, noLpips } from '../options/losses.js';
import { largestSide, threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { PersonRun } from '../output/personRun.js';
import { PhaseClock, phaseLines } from '../output/phases.js';
import { stepLine } from '../output/progress.js';
import { readPhotos, type ReadPhotos } from '../photos/readPhotos.js';

interface PersonalizeCommandOptions {
  readonly base: string;
  readonly output: string;
  readonly method: string;
  readonly effort: keyof typeof efforts;
  readonly steps?: number;
  readonly size: number;
  readonly split?: string;
  readonly person?: number;
  readonly seed: string;
  readonly layered?: boolean;
  readonly refineCameras?: boolean;
  readonly lpips: readonly string[];
  readonly lpipsWeight?: number;
  readonly identity: number;
  readonly expressions: number;
  readonly superresolution?: boolean;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly sheet?: string | boolean;
  readonly threads: number;
  readonly backend: BackendName;
}

function parseMethod(text: string): Method {
  const method = methods.get(text);
  if (!method) throw new InvalidArgumentError(`Expected one of ${[...methods.keys()].join(', ')}.`);
  return method;
}

function describe({ stage, step, steps, loss, eta }: PersonalizeProgress): string {
  const left = eta === null ? '' : `, ${Math.ceil(eta / 60)} min left`;
  return `${stage} ${step + 1}/${steps}, loss ${loss.toFixed(4)}${left}`;
}

async function run(folder: string, options: PersonalizeCommandOptions): Promise<void> {
  const files = await PersonRun.open(options);
  const signal = interruptSignal(() => files.left());
  const clock = new PhaseClock();
  clock.enter('reading');
  const lpips = await loadLpips(options.lpips);
  if (!lpips && options.lpipsWeight !== undefined) throw noLpips();
  const base = await loadBase(options.base, signal);
  const { photos, estimated, prepared } = await readOrPrepare(folder, options, signal);
  const backend = await openBackend(options.backend, options.threads);
  const studio = { base, execution: backend.execution, ...(backend.device ? { device: backend.device } : {}) };
  const effort: Effort = { ...efforts[options.effort], ...(options.steps ? { training: options.steps } : {}) };
  const directions = await directionsBeside(options.base, base);
  const proxy = await proxyBeside(options.base, base);
  const line = stepLine();
  let done = '';
  try {
    const method = parseMethod(options.method);
    console.error(`${photos.length} photos, ${method.name}, ${backend.description}`);
    clock.enter('measuring W');
    const learned = await personalize({
      ...studio,
      photos,
      method,
      effort,
      resolution: options.size,
      seed: options.seed,
      layered: options.layered ?? false,
      refineCameras: options.refineCameras ?? estimated,
      identity: options.identity,
      ...(lpips ? { lpips: { network: lpips, weight: options.lpipsWeight ?? 1 } } : {}),
      ...(options.superresolution === undefined ? {} : { superresolution: options.superresolution }),
      signal,
      ...(directions ? { directions } : {}),
      ...(proxy ? { proxy } : {}),
      expressions: options.expressions,
      ...(options.resume ? { resume: await readFile(files.statePath) } : {}),
      onProgress: (progress) => {
        clock.enter(progress.stage);
        done = `${progress.stage} ${progress.step + 1}/${progress.steps}`;
        line.report(describe(progress));
      },
      onState: (state) => files.keep(state, done),
    });
    line.stop();
    clock.enter('writing');
    const person = await withThumbnail(studio, learned.person);
    await writePerson(options.output, person);
    const { size } = await stat(options.output);
    console.log(
      `${resolve(options.output)}: ${(size / 1024).toFixed(0)} KiB, ${(learned.seconds / 60).toFixed(1)} min`,
    );
    if (files.sheetPath !== null) {
      await writeFileAtomically(files.sheetPath, encodePng(await personSheet(studio, person, photos)));
      console.log(resolve(files.sheetPath));
    }
    const names = photos.map(({ name }) => name);
    for (const text of doubtLines(names, learned.reliabilities)) console.error(text);
    if (prepared) await prepared.write(withDoubts(prepared.report, names, learned.reliabilities));
    for (const text of phaseLines(clock.stop())) console.error(text);
    if (learned.completed) await files.finish();
    else
      console.error(
        `Stopped early at ${done}; the head holds what was learned. Go on with the same command and --resume.`,
      );
  } finally {
    line.stop();
    backend.close();
  }
}

/** Photos of a data set, or of a folder of raw photos, whose report is then written beside the output. */
function readOrPrepare(folder: string, options: PersonalizeCommandOptions, signal: AbortSignal): Promise<ReadPhotos> {
  const { output, size, threads, split, person } = options;
  return readPhotos(folder, {
    ...{ output, size, threads, signal },
    ...(split === undefined ? {} : { split }),
    ...(person === undefined ? {} : { person }),
  });
}

/** `personalized-head personalize`. */
export function personalizeCommand(): Command {
  return new Command('personalize')
    .description('Learns a person from a folder of photos: raw ones, or a data set with cameras (EG3D’s layout).')
    .argument('<folder>', 'photos; or dataset.json, photos and masks/<name>.png')
    .addOption(baseOption())
    .requiredOption('-o, --output <file>', 'person file to write, .head')
    .addOption(new Option('--method <name>', 'what is learned').choices([...methods.keys()]).default('lora-1'))
    .addOption(new Option('--effort <name>', 'how long').choices(Object.keys(efforts)).default('good'))
    .option('--steps <number>', 'training steps in place of the effort’s', wholeNumber(1))
    .option('--size <pixels>', 'side of the photos while they are learned from', wholeNumber(32, largestSide), 128)
    .option('--split <folder>', 'only photos below this folder (default: train, where there is one)')
    .option('--person <number>', 'who is meant, where several people are in raw photos', wholeNumber(1))
    .option('--seed <text>', 'seed of all that is random', '0')
    .option('--layered', 'a latent for every layer (W+)')
    .option('--refine-cameras', 'let the cameras move by a few degrees (default: where this program estimated them)')
    .option('--no-refine-cameras', 'do not')
    .addOption(lpipsOption('learn by LPIPS too, with this network (safetensors; repeat for the heads’ file)'))
    .addOption(lpipsWeightOption(1, 'weight of LPIPS in the loss'))
    .addOption(identityOption())
    .addOption(expressionsOption())
    .option('--superresolution', 'learn from the super-resolved image (default: where base and photos allow)')
    .option('--no-superresolution', 'do not')
    .option('--resume', 'continue the run of this output that was stopped')
    .option('--force', 'replace a head, or the state of a stopped run, of that name')
    .addOption(
      new Option('--sheet [file]', 'contact sheet of photos and what was learned').default(true, '<output>.png'),
    )
    .option('--no-sheet', 'no contact sheet')
    .addOption(threadsOption())
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .addHelpText(
      'after',
      '\nCtrl-C keeps what was done; the same command with --resume goes on from there.' +
        '\n\nExample:\n  personalized-head personalize photos/ -o me.head',
    )
    .action(run);
}
