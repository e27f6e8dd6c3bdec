import { Command, Option } from 'commander';
import {
  type BackendName,
  directionsBeside,
  directionsPathOf,
  type FaceTopology,
  HeadMeasurer,
  landmarkSpread,
  loadDirections,
  meanMoves,
  type MeasuredMove,
  movesFormat,
  moveUnit,
  openBackend,
  openPackagedFaces,
} from 'babylon-personalized-head/command';
import { writeTextAtomically } from 'babylon-personalized-head/node';
import { openFaceNets } from 'babylon-personalized-head/personalize';
import { type Directions, Generator, HeadError } from 'babylon-personalized-head/runtime';
import { loadBase } from '../files.js';
import { baseArgument } from '../options/base.js';
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

/** What both files begin with, as lines of JSON. */
const fieldLines = (fields: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(fields).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);

/** What is measured by, and how far it is. */
interface Measuring {
  readonly measurer: HeadMeasurer;
  readonly topology: FaceTopology;
  /** Hash of the base. */
  readonly base: string;
  readonly signal: AbortSignal;
  /** @param fraction 0..1 */
  readonly report: (fraction: number) => void;
}

/** A file's text, and what it holds in a few words. */
interface Measured {
  readonly text: string;
  readonly says: string;
}

/** How expressions move the landmarks of one head; null where it shows no face, or the signal came before the last was measured. */
async function movesOfHead(
  { measurer, signal, report }: Measuring,
  names: readonly string[],
  seed: number,
): Promise<MeasuredMove[] | null> {
  const neutral = await measurer.measure(seed);
  if (!neutral) return null;
  const moves: MeasuredMove[] = [];
  for (const [n, name] of names.entries()) {
    const points = await measurer.measure(seed, { [name]: 1 });
    if (signal.aborted) return null;
    if (points) moves.push({ name, move: points.map((value, at) => value - neutral[at]!) });
    report((n + 1) / names.length);
  }
  return moves;
}

/** How expressions move the landmarks of heads, as far as it goes: what is stopped leaves the last head out. */
async function measureMoves(
  measuring: Measuring,
  names: readonly string[],
  { heads, firstSeed }: LandmarksOptions,
): Promise<Measured> {
  const { topology, base, signal } = measuring;
  const measured: MeasuredMove[] = [];
  let seen = 0;
  for (let i = 0; i < heads && !signal.aborted; i++) {
    const report = (fraction: number): void => measuring.report((i + fraction) / heads);
    const moves = await movesOfHead({ ...measuring, report }, names, firstSeed + i);
    if (!moves) continue;
    measured.push(...moves);
    seen++;
  }
  if (seen === 0) {
    signal.throwIfAborted();
    throw new HeadError('landmarks/heads', 'landmarks: no head shows a face. Raise --size.');
  }
  const moves = [...meanMoves(measured, topology.mirror)].map(([name, move]) => {
    const values = Array.from(move, (value) => Math.round(value / moveUnit) + 0);
    return `    ${JSON.stringify(name)}: ${JSON.stringify(values)}`;
  });
  const lines = fieldLines({ format: movesFormat, version: '1', base, heads: seen });
  return {
    text: `{\n${[...lines, `  "moves": {\n${moves.join(',\n')}\n  }`].join(',\n')}\n}\n`,
    says: `how ${moves.length} expressions move the landmarks of ${seen} of ${heads} heads`,
  };
}

/** Where landmarks of heads lie and how heads differ, as far as it goes. */
async function measureSpread(
  { measurer, topology, base, signal, report }: Measuring,
  rigid: Float64Array,
  options: LandmarksOptions,
): Promise<Measured> {
  const heads: Float64Array[] = [];
  for (let i = 0; i < options.heads && !signal.aborted; i++) {
    const head = await measurer.measure(options.firstSeed + i);
    if (head) heads.push(head);
    report((i + 1) / options.heads);
  }
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
  const lines = fieldLines({
    ...{ format: 'personalized-head/landmarks', version: '1', base, heads: heads.length },
    ...{ mean: rounded(mean), sd: rounded(sd), components: rounded(spread.components), rigid: Array.from(rigid) },
  });
  const count = spread.components.length / mean.length;
  return {
    text: `{\n${lines.join(',\n')}\n}\n`,
    says:
      `${heads.length} of ${options.heads} heads; ` +
      `${count} components explain ${(100 * explained).toFixed(1)} % of how they differ`,
  };
}

async function run(basePath: string, options: LandmarksOptions): Promise<void> {
  await requireOutputFile(options.output, '.json');
  const signal = interruptSignal();
  const base = await loadBase(basePath, signal);
  // Which landmarks an expression moves is the same on every base.
  const { asset, topology, shape } = await openPackagedFaces();
  const backend = await openBackend(options.backend, 1);
  const generator = new Generator(base, backend.execution);
  const nets = await openFaceNets({ execution: backend.execution, asset });
  let measurer: HeadMeasurer | null = null;
  const bar = progressBar(`measuring heads (${backend.description})`);
  try {
    const { size, samples, moves } = options;
    const directions = moves
      ? await loadDirections(directionsPathOf(basePath), base)
      : await directionsBeside(basePath, base);
    measurer = await HeadMeasurer.create({
      ...{ generator, directions, nets, topology, size, samples, signal },
      ...{ device: backend.device },
      ...(moves ? { views: moveViews } : {}),
    });
    const report = (fraction: number): void => bar.report(fraction);
    const measuring = { measurer, topology, base: base.hash, signal, report };
    const { text, says } =
      moves && directions
        ? await measureMoves(measuring, expressionNames(directions), options)
        : await measureSpread(measuring, shape.rigid, options);
    bar.stop();
    await writeTextAtomically(options.output, text);
    console.log(`${options.output}: ${says}${signal.aborted ? ', stopped early' : ''}`);
  } finally {
    bar.stop();
    await measurer?.dispose();
    await nets.dispose();
    await generator.dispose();
    backend.close();
  }
}

const expressionNames = ({ byName }: Directions): string[] =>
  [...byName.values()].filter(({ kind }) => kind === 'expression').map(({ name }) => name);

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
