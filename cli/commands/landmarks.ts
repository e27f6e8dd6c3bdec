import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { writeTextAtomically } from '../../runtime/checkpoint/atomicFile.node.js';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { HeadError } from '../../runtime/core/errors.js';
import { Generator } from '../../runtime/generator/generator.js';
import { parseHeadShape } from '../../personalize/photos/cameras/headShape.js';
import { readFaceTopology } from '../../personalize/photos/faces/faceAsset.js';
import { openFaceNets } from '../../personalize/photos/faces/openFaceNets.js';
import { meanMoves, type MeasuredMove } from '../../personalize/photos/headShapes/landmarkMoves.js';
import { landmarkSpread } from '../../personalize/photos/headShapes/landmarkSpread.js';
import { HeadMeasurer } from '../../personalize/photos/headShapes/measureHeads.js';
import { movesFormat, moveUnit } from '../../personalize/tracking/expressionShapes.js';
import { openBackend, type BackendName } from '../backend.js';
import { loadBase } from '../files.js';
import { baseArgument, packagedAsset } from '../options/base.js';
import { directionsBeside } from '../options/directions.js';
import { wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFile } from '../output/outputPath.js';
import { progressBar } from '../output/progress.js';

interface LandmarksOptions {
  readonly output: string;
  readonly heads: number;
  readonly firstSeed: number;
  readonly size: number;
  readonly samples: number;
  readonly moves?: boolean;
  readonly backend: BackendName;
}

/** Smallest spread, world units: what the net's landmarks differ by between pictures. */
const leastSd = 0.0015;
/** Components that are kept: so many at most, and one for so many heads, as more would explain the noise. */
const components = { most: 20, headsEach: 4 };
/** From where a head is seen for its expressions: what is hidden is guessed alike with and without them. */
const moveViews = [
  { yaw: -20, pitch: -4 },
  { yaw: 0, pitch: 0 },
  { yaw: 20, pitch: 4 },
];
/** A spread of fewer says little. */
const leastHeads = 10;

/** Numbers to a hundred-thousandth of a unit: 5 micrometres of a head. */
const rounded = (values: Float64Array): number[] => Array.from(values, (value) => Math.round(value * 1e5) / 1e5);

/** How expressions move the landmarks of some heads, as a file's text; null where no head shows a face. */
async function movesText(
  measurer: HeadMeasurer,
  names: readonly string[],
  mirror: Int32Array,
  { heads, firstSeed }: LandmarksOptions,
  base: string,
  report: (fraction: number) => void,
): Promise<string | null> {
  const measured: MeasuredMove[] = [];
  for (let i = 0; i < heads; i++) {
    const neutral = await measurer.measure(firstSeed + i);
    if (!neutral) continue;
    for (const [n, name] of names.entries()) {
      const points = await measurer.measure(firstSeed + i, { [name]: 1 });
      if (points) measured.push({ name, move: points.map((value, at) => value - neutral[at]!) });
      report((i + (n + 1) / names.length) / heads);
    }
  }
  if (measured.length === 0) return null;
  const lines = [...meanMoves(measured, mirror)].map(([name, move]) => {
    const values = Array.from(move, (value) => Math.round(value / moveUnit) + 0);
    return `    ${JSON.stringify(name)}: ${JSON.stringify(values)}`;
  });
  const head = { format: movesFormat, version: '1', base, heads };
  const start = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${start.join('')}  "moves": {\n${lines.join(',\n')}\n  }\n}\n`;
}

async function run(basePath: string, options: LandmarksOptions): Promise<void> {
  await requireOutputFile(options.output, '.json');
  const signal = interruptSignal();
  const base = await loadBase(basePath, signal);
  const facesPath = packagedAsset('faces.safetensors');
  const source = await fileSource(facesPath);
  const topology = await readFaceTopology(source);
  // Which landmarks an expression moves is the same on every base.
  const { rigid } = parseHeadShape(await readFile(packagedAsset('base.landmarks.json'), 'utf8'), topology);
  const backend = await openBackend(options.backend, 1);
  const generator = new Generator(base, backend.execution);
  const nets = await openFaceNets({ execution: backend.execution, asset: source });
  const bar = progressBar(`measuring heads (${backend.description})`);
  try {
    const directions = await directionsBeside(basePath, generator);
    const { size, samples } = options;
    const { device } = backend;
    const measurer = await HeadMeasurer.create({
      generator,
      directions,
      nets,
      topology,
      size,
      samples,
      device,
      signal,
      ...(options.moves ? { views: moveViews } : {}),
    });
    if (options.moves) {
      const known = [...(directions?.directions.values() ?? [])];
      const names = known.filter(({ kind }) => kind === 'expression').map(({ name }) => name);
      const report = (fraction: number): void => bar.report(fraction);
      const text = await movesText(measurer, names, topology.mirror, options, base.hash, report);
      await measurer.dispose();
      signal.throwIfAborted();
      if (text === null) throw new HeadError('landmarks/heads', 'landmarks: no head shows a face. Raise --size.');
      await writeTextAtomically(options.output, text);
      console.log(`${options.output}: how ${names.length} expressions move the landmarks of ${options.heads} heads`);
      return;
    }
    const heads: Float64Array[] = [];
    for (let i = 0; i < options.heads && !signal.aborted; i++) {
      const head = await measurer.measure(options.firstSeed + i);
      if (head) heads.push(head);
      bar.report((i + 1) / options.heads);
    }
    await measurer.dispose();
    bar.stop();
    if (heads.length < leastHeads) {
      signal.throwIfAborted();
      throw new HeadError(
        'landmarks/heads',
        `landmarks: expected ${leastHeads} heads with a face at least, got ${heads.length}. Raise --heads or --size.`,
      );
    }
    const mostComponents = Math.min(components.most, Math.floor(heads.length / components.headsEach));
    const spread = landmarkSpread(heads, topology.mirror, { mostComponents, leastSd });
    const { mean, sd, explained } = spread;
    const lines = Object.entries({
      ...{ format: 'personalized-head/landmarks', version: '1', base: base.hash, heads: heads.length },
      ...{ mean: rounded(mean), sd: rounded(sd), components: rounded(spread.components), rigid: Array.from(rigid) },
    }).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    await writeTextAtomically(options.output, `{\n${lines.join(',\n')}\n}\n`);
    const count = spread.components.length / mean.length;
    console.log(
      `${options.output}: ${heads.length} of ${options.heads} heads${signal.aborted ? ', stopped early' : ''}; ` +
        `${count} components explain ${(100 * explained).toFixed(1)} % of how they differ`,
    );
  } finally {
    bar.stop();
    await nets.dispose();
    await generator.dispose();
    backend.close();
  }
}

/** `personalized-head landmarks`. */
export function landmarksCommand(): Command {
  return new Command('landmarks')
    .description(
      'Measures where the 468 landmarks of heads of a base lie, and how heads differ: photos are fitted with it. Ctrl-C ' +
        'writes what is measured so far.',
    )
    .addArgument(baseArgument('base file (.safetensors), its directions beside it'))
    .requiredOption('-o, --output <file>', 'landmarks to write, .json')
    .option('--heads <number>', 'heads to render, five pictures each', wholeNumber(1), 120)
    .option('--first-seed <number>', 'seed of the first head', wholeNumber(0), 1000)
    .option('--size <pixels>', 'side of the pictures', wholeNumber(64), 160)
    .option('--samples <number>', 'samples of each of the two passes along a ray', wholeNumber(8), 24)
    .option('--moves', 'measures instead how each expression moves them, three pictures for each of every head')
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .addHelpText('after', '\nExample:\n  personalized-head landmarks -o assets/base.landmarks.json')
    .action(run);
}
