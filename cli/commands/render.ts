import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import {
  type BackendName,
  directionsPathOf,
  loadDirections,
  openBackend,
  proxyBeside,
} from 'babylon-personalized-head/command';
import { writeFileAtomically } from 'babylon-personalized-head/node';
import {
  type Amounts,
  type Base,
  type Camera,
  expressedFace,
  type ExpressedFace,
  frontalCamera,
  Generator,
  HeadError,
  neutralize,
  orbitCamera,
  HeadRenderer,
  type Portrait,
  type Tensor,
} from 'babylon-personalized-head/runtime';
import { loadBase, loadPerson } from '../files.js';
import { baseArgument } from '../options/base.js';
import { parseBackground } from '../options/background.js';
import { parseCamera } from '../options/camera.js';
import { parseAmounts } from '../options/directions.js';
import { latentOf, type LatentOptions } from '../options/latent.js';
import { finiteNumber, largestSide, wholeNumber } from '../options/numbers.js';
import { dumpArrays } from '../output/dump.js';
import { interruptSignal } from '../output/failure.js';
import { contactSheet, encodePng, resizeImage, toPicture, type Background, type Bitmap } from '../output/image.js';
import { requireOutputFile, requireOutputFolder } from '../output/outputPath.js';
import { progressBar } from '../output/progress.js';

interface RenderOptions extends LatentOptions {
  readonly output?: string;
  readonly condition?: string;
  readonly camera: string;
  readonly directions?: string;
  readonly directionsFile?: string;
  readonly neutral?: boolean;
  readonly person?: string;
  readonly config?: string;
  readonly size?: number;
  readonly resolution?: number;
  readonly background?: string;
  readonly sweep?: string;
  readonly dump?: string;
  readonly jitter: string;
  readonly quality: 'exact' | 'fast';
  readonly noise: 'const' | 'none';
  readonly backend: BackendName;
}

/** Columns of a contact sheet. */
const sweepSteps = 7;
/** Ends of a sweep over the pose, radians. */
const sweepAngle = { yaw: (75 * Math.PI) / 180, pitch: (30 * Math.PI) / 180 } as const;

/** One frame: who, and from where. */
interface Shot {
  readonly face: ExpressedFace;
  readonly camera: Camera;
}

/** Applies expressions and attributes to a latent. */
type Edit = (amounts: Amounts) => ExpressedFace;

async function editor(basePath: string, options: RenderOptions, generator: Generator, ws: Tensor): Promise<Edit> {
  const poseSweep = options.sweep === undefined || options.sweep in sweepAngle;
  if (options.directions === undefined && options.neutral !== true && poseSweep) {
    const face = { ws, look: ws, amounts: new Map() };
    return () => face;
  }
  const set = await loadDirections(options.directionsFile ?? directionsPathOf(basePath), generator.base);
  const start = options.neutral ? neutralize(ws, set) : ws;
  return (amounts) => expressedFace(start, set, amounts);
}

/** The frames to take: one, or the columns of a sweep. */
function shots(options: RenderOptions, base: Base, edit: Edit): Shot[] {
  const amounts = options.directions === undefined ? {} : parseAmounts(options.directions);
  const camera = parseCamera(options.camera, base.config.camera, '--camera');
  const { sweep } = options;
  if (sweep === undefined) return [{ face: edit(amounts), camera }];
  return Array.from({ length: sweepSteps }, (_, i) => {
    const part = i / (sweepSteps - 1);
    if (sweep === 'yaw' || sweep === 'pitch') {
      const angle = (2 * part - 1) * sweepAngle[sweep];
      const [yaw, pitch] = sweep === 'yaw' ? [angle, 0] : [0, angle];
      return { face: edit(amounts), camera: orbitCamera(base.config.camera, yaw, pitch) };
    }
    return { face: edit({ ...amounts, [sweep]: part }), camera };
  });
}

/** null: the image as the generator makes it. */
function backgroundOf(options: RenderOptions, base: Base): Background | null {
  if (options.background === undefined) return base.config.superresolution ? null : 'transparent';
  const background = parseBackground(options.background);
  if (base.config.superresolution && options.background !== 'white') {
    throw new HeadError(
      'render/background',
      `--background ${options.background}: this base paints its own background in super-resolution; only white, ` +
        'rendered as EG3D does, is possible.',
    );
  }
  return background;
}

function picture(
  portrait: Portrait,
  size: number | undefined,
  background: Background | null,
  ownBackground: boolean,
): Bitmap {
  const side = portrait.image.dims.at(-1)!;
  const sized =
    size === undefined || size === side ? portrait : { ...portrait, image: resizeImage(portrait.image, size) };
  return toPicture(sized, ownBackground ? null : background);
}

async function run(basePath: string, options: RenderOptions): Promise<void> {
  if (options.output === undefined && options.dump === undefined) {
    throw new HeadError('render/output', 'render: nothing to write. Give -o head.png, or --dump FOLDER.');
  }
  if (options.output !== undefined) await requireOutputFile(options.output, '.png');
  if (options.dump !== undefined) await requireOutputFolder(options.dump);
  if (options.quality === 'fast' && options.dump !== undefined) {
    throw new HeadError('render/quality', 'render: --dump writes the numbers of exact images. Leave --quality out.');
  }
  const signal = interruptSignal();
  const base = await loadBase(basePath, signal);
  const person = options.person === undefined ? undefined : await loadPerson(options.person, base);
  const background = backgroundOf(options, base);
  const hasSuperresolution = base.config.superresolution !== null;
  const backend = await openBackend(options.backend);
  const generator = new Generator(base, backend.execution, { noise: options.noise, ...(person ? { person } : {}) });
  try {
    const condition =
      options.condition === undefined
        ? frontalCamera(base.config.camera)
        : parseCamera(options.condition, base.config.camera, '--condition');
    const ws = await latentOf(generator, options, condition, person);
    const frames = shots(options, base, await editor(basePath, options, generator, ws));
    const resolution = options.resolution ?? (hasSuperresolution ? undefined : options.size);
    const proxy = person && (await proxyBeside(basePath, base));
    const headRenderer = await HeadRenderer.create(generator, {
      ...(proxy ? { proxy } : {}),
      quality: options.quality,
      ...(resolution === undefined ? {} : { resolution }),
      ...(backend.device ? { device: backend.device } : {}),
      // What is dumped is compared with the original's numbers.
      crop: options.dump === undefined,
      settings: {
        jitter: options.jitter === 'mid' ? 'mid' : { seed: options.jitter },
        ...(options.background === 'white' && hasSuperresolution ? { whiteBack: true } : {}),
        ...(options.dump === undefined ? {} : { channels: generator.layout.featureChannels }),
      },
    });
    const bar = progressBar(`rendering (${backend.description})`);
    const pictures: Bitmap[] = [];
    let seated: ExpressedFace | null = null;
    for (const [i, frame] of frames.entries()) {
      if (frame.face !== seated) await headRenderer.setFace(frame.face.ws, frame.face);
      seated = frame.face;
      const portrait = await headRenderer.render(frame.camera, {
        signal,
        onProgress: (part) => bar.report((i + part) / frames.length),
      });
      signal.throwIfAborted();
      pictures.push(picture(portrait, options.size, background, hasSuperresolution));
      if (options.dump !== undefined && i === 0) {
        await dumpArrays(options.dump, frame.face.ws, headRenderer.planes, portrait);
      }
    }
    bar.stop();
    await headRenderer.dispose();
    if (options.output !== undefined) {
      await writeFileAtomically(options.output, encodePng(contactSheet(pictures)));
      console.log(resolve(options.output));
    }
  } finally {
    await generator.dispose();
    backend.close();
  }
}

/** `personalized-head render`. */
export function renderCommand(): Command {
  const cameraHelp = '25 numbers separated by commas (cam2world, intrinsics), or yaw,pitch[,radius] in radians';
  return new Command('render')
    .description('Renders a head.')
    .addArgument(baseArgument('base file (.safetensors) or EG3D network pickle'))
    .option('-o, --output <file>', 'PNG to write')
    .option(
      '--seed <number>',
      'latent of this seed, as numpy’s RandomState draws it (default: 0, or the person’s)',
      wholeNumber(0),
    )
    .option('--z <file>', 'latent z from an .npy file')
    .option('--w <file>', 'latent w from an .npy file, before truncation')
    .option('--ws <file>', 'latents of all layers from an .npy file')
    .option('--psi <number>', 'truncation: 1 is none, 0 the mean face', finiteNumber, 1)
    .option('--cutoff <layers>', 'truncate only the first layers', wholeNumber(0))
    .option('--condition <camera>', `camera told to the mapping network: ${cameraHelp} (default: frontal)`)
    .option('--camera <camera>', cameraHelp, '0,0')
    .option('--directions <amounts>', 'expressions and attributes, e.g. smile=0.8,jawOpen=0.3')
    .option('--directions-file <file>', 'directions other than those beside the base')
    .option('--neutral', 'take the latent’s own expression away first')
    .option('--person <file>', 'person (.head) learned on this base: their neutral look, unless a latent is named')
    .option('--anchor <number>', 'that person’s look in one of their photos', wholeNumber(0))
    .option('--size <pixels>', 'side of the image', wholeNumber(1, largestSide))
    .option(
      '--resolution <pixels>',
      'side of the rendered features, before super-resolution',
      wholeNumber(1, largestSide),
    )
    .option('--background <color>', 'transparent, white, black or #rrggbb')
    .option('--sweep <what>', `contact sheet of ${sweepSteps}: yaw, pitch, or a direction from 0 to 1`)
    .option('--dump <folder>', 'write ws, planes, features, depth, image_raw and image as .npy (float32)')
    .option('--jitter <mid|seed>', 'samples in the middle of their strata, or hashed with a seed', 'mid')
    .addOption(
      new Option('--quality <name>', 'every sample decoded, or from a baked volume as scenes draw it')
        .choices(['exact', 'fast'])
        .default('exact'),
    )
    .addOption(new Option('--noise <mode>', 'noise of the backbone').choices(['const', 'none']).default('const'))
    .addOption(new Option('--backend <name>', 'where to run').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .addHelpText(
      'after',
      '\nExamples:\n  personalized-head render --seed 3 --size 256 -o head.png\n' +
        '  personalized-head render --seed 3 --neutral --directions smile=1 --sweep yaw -o sheet.png' +
        '\n  personalized-head render --person me.head --sweep yaw -o me.png',
    )
    .action(run);
}
