import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import {
  distanceFromPerson,
  filmLooks,
  type IdentityMeter,
  judgeFace,
  type PathPoint,
  lookPath,
  type LookPath,
  measuredPath,
  meterJson,
  type MeterReading,
  meterText,
  portraitImage,
} from 'babylon-personalized-head/command';
import { anchorLooks, HeadError } from 'babylon-personalized-head/runtime';
import { measured, PersonSession, withSessionOptions, type SessionOptions } from '../latent/session.js';
import { parseCamera } from '../options/camera.js';
import { wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireFilmOutput } from '../output/outputPath.js';
import { writeFilm } from '../output/film.js';
import type { Bitmap } from '../output/image.js';
import { progressBar } from '../output/progress.js';

type Speed = 'latent' | 'face' | 'segment';

interface InterpolateOptions extends SessionOptions {
  readonly from?: number;
  readonly to?: number;
  readonly path?: readonly number[];
  readonly frames: number;
  readonly fps: number;
  readonly speed: Speed;
  readonly pieces: number;
  readonly camera?: string;
  readonly output: string;
}

function parseIndices(text: string): number[] {
  return text.split(',').map((part) => {
    const index = Number(part);
    if (part.trim() === '' || !Number.isInteger(index)) throw new InvalidArgumentError('Expected numbers of anchors.');
    return index;
  });
}

function indicesOf({ path, from, to }: InterpolateOptions): readonly number[] {
  if (path && (from !== undefined || to !== undefined)) {
    throw new HeadError('interpolate/anchors', 'interpolate: give --from and --to, or --path, not both.');
  }
  if (path) return path;
  if (from !== undefined && to !== undefined) return [from, to];
  throw new HeadError('interpolate/anchors', 'interpolate: expected --from and --to, or --path with several anchors.');
}

async function pathOf(
  session: PersonSession,
  looks: readonly PathPoint[],
  { speed, pieces }: InterpolateOptions,
  meter: IdentityMeter | null,
  signal: AbortSignal,
): Promise<LookPath> {
  if (speed === 'latent') return lookPath(looks);
  if (speed === 'segment') {
    return lookPath(
      looks,
      looks.slice(1).map(() => 1),
    );
  }
  const judge = meter?.judges[0];
  if (!judge) {
    throw new HeadError(
      'interpolate/speed',
      '--speed face: expected an installed face network, got none. Install one, or take --speed latent.',
    );
  }
  const { frontal } = session;
  const bar = progressBar('measuring faces');
  // From the front, so that the pose counts for nothing.
  const read = async ({ ws }: PathPoint) => {
    const [portrait] = await session.take(ws, [frontal], signal);
    const image = portraitImage(portrait!);
    return judgeFace(judge, image, frontal);
  };
  return measuredPath(looks, {
    pieces,
    read,
    distance: (a, b) => judge.distance(a, b),
    onProgress: (fraction) => bar.report(fraction),
  }).finally(() => bar.stop());
}

function report(readings: readonly (MeterReading | null)[]): void {
  const worst = new Map<string, { frame: number; reading: MeterReading; distance: number }>();
  readings.forEach((reading, frame) =>
    reading?.forEach(({ distance }, name) => {
      if (distance > (worst.get(name)?.distance ?? -1)) worst.set(name, { frame, reading, distance });
    }),
  );
  for (const [name, { frame, reading }] of worst) {
    console.log(`farthest from the person by ${name}: frame ${frame} (${meterText(reading)})`);
  }
}

async function run(head: string, options: InterpolateOptions): Promise<void> {
  const signal = interruptSignal();
  await requireFilmOutput(options.output);
  const indices = indicesOf(options);
  const session = await PersonSession.open(head, options, signal);
  try {
    const fixed =
      options.camera === undefined ? undefined : parseCamera(options.camera, session.base.config.camera, '--camera');
    const looks = anchorLooks(session.person, indices, session.numWs);
    const meter = await session.meter(options, signal);
    const path = await pathOf(session, looks, options, meter, signal);
    const frames = filmLooks(path, options.frames);
    const pictures: Bitmap[] = [];
    const readings: (MeterReading | null)[] = [];
    const bar = progressBar(`rendering ${frames.length} frames (${session.description})`);
    try {
      for (const look of frames) {
        const camera = fixed ?? look.camera ?? session.frontal;
        const [portrait] = await session.take(look.ws, [camera], signal);
        pictures.push(session.picture(portrait!));
        readings.push(await measured(meter, portrait!, camera));
        bar.report(pictures.length / frames.length);
      }
    } finally {
      bar.stop();
    }
    const notes = frames.map((look, i) => ({
      t: i / (frames.length - 1),
      outside: distanceFromPerson(session.anchors, look.ws),
      ...(readings[i] ? { identity: meterJson(readings[i]) } : {}),
    }));
    const about = { anchors: indices, speed: options.speed, length: path.length, frames: notes };
    await writeFilm(options.output, pictures, about, { framesPerSecond: options.fps });
    report(readings);
    console.log(resolve(options.output));
  } finally {
    await session.close();
  }
}

/** `personalized-head interpolate`. */
export function interpolateCommand(): Command {
  const command = new Command('interpolate')
    .description('Goes from one of a person’s anchors to another: latent and camera together.')
    .argument('<person>', 'person file, .head')
    .requiredOption('-o, --output <file>', 'sheet.png, film.apng or frames/; numbers are written beside as .json')
    .option('--from <anchor>', 'anchor to start from', wholeNumber(0))
    .option('--to <anchor>', 'anchor to go to', wholeNumber(0))
    .option('--path <anchors>', 'several anchors, e.g. 3,9,17', parseIndices)
    .option('--frames <number>', 'pictures, both ends included', wholeNumber(2), 60)
    .option('--fps <number>', 'frames a second of an animation', wholeNumber(1), 20)
    .addOption(
      new Option('--speed <kind>', 'even in the latent, in the distance of faces, or the same time for each segment')
        .choices(['latent', 'face', 'segment'])
        .default('latent'),
    )
    .option('--pieces <number>', 'looks measured a segment for --speed face', wholeNumber(1), 8)
    .option('--camera <camera>', 'yaw,pitch[,radius] in radians or 25 numbers (default: the photos’ own)');
  return withSessionOptions(command)
    .addHelpText('after', '\nExample:\n  personalized-head interpolate me.head --from 3 --to 17 -o sheet.png')
    .action(run);
}
