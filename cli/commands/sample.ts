import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import {
  anchorSpread,
  distanceFromPerson,
  meterJson,
  meterText,
  mixAnchors,
  nearestAnchor,
  requireVaried,
  sampleAlphas,
  type SamplingMethod,
} from 'babylon-personalized-head/command';
import { measured, PersonSession, withSessionOptions, type SessionOptions } from '../latent/session.js';
import { parseCamera } from '../options/camera.js';
import { finiteNumber, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireFilmOutput } from '../output/outputPath.js';
import { writeFilm } from '../output/film.js';
import type { Bitmap } from '../output/image.js';
import { progressBar } from '../output/progress.js';

interface SampleOptions extends SessionOptions {
  readonly number: number;
  readonly method: SamplingMethod;
  readonly beta: number;
  readonly seed: number;
  readonly camera: string;
  readonly output: string;
}

async function run(head: string, options: SampleOptions): Promise<void> {
  const signal = interruptSignal();
  await requireFilmOutput(options.output);
  const session = await PersonSession.open(head, options, signal);
  try {
    const { anchors } = session;
    requireVaried(anchors, 'sample');
    const camera = parseCamera(options.camera, session.base.config.camera, '--camera');
    const { method, beta, seed } = options;
    const alphas = sampleAlphas(anchors, options.number, { method, beta, seed });
    const meter = await session.meter(options, signal);
    const pictures: Bitmap[] = [];
    const samples: unknown[] = [];
    const lines: string[] = [];
    const bar = progressBar(`rendering ${alphas.length} samples (${session.description})`);
    try {
      for (const alpha of alphas) {
        const ws = mixAnchors(anchors, alpha, session.numWs);
        const [portrait] = await session.take(ws, [camera], signal);
        pictures.push(session.picture(portrait!));
        const reading = await measured(meter, portrait!, camera);
        const near = nearestAnchor(anchors, ws);
        const outside = distanceFromPerson(anchors, ws);
        const anchor = { index: near.index, distance: near.distance / anchorSpread(anchors) };
        samples.push({
          outside,
          nearestAnchor: anchor,
          ...(reading ? { identity: meterJson(reading) } : {}),
          alpha: Array.from(alpha),
        });
        lines.push(
          `${lines.length}: outside ${outside.toFixed(2)}, ${anchor.distance.toFixed(2)} from anchor ${anchor.index}` +
            (reading ? `; face distance ${meterText(reading)}` : ''),
        );
        bar.report(pictures.length / alphas.length);
      }
    } finally {
      bar.stop();
    }
    await writeFilm(options.output, pictures, { method, beta, seed, samples });
    for (const line of lines) console.log(line);
    console.log(resolve(options.output));
  } finally {
    await session.close();
  }
}

/** `personalized-head sample`. */
export function sampleCommand(): Command {
  const command = new Command('sample')
    .description('Draws random looks of a person from the space that their anchors span.')
    .argument('<person>', 'person file, .head')
    .requiredOption('-o, --output <file>', 'sheet.png, film.apng or frames/; numbers are written beside as .json')
    .option('-n, --number <number>', 'how many samples', wholeNumber(1), 24)
    .addOption(
      new Option('--method <name>', 'even: covers the space; three-anchors: the authors’ way')
        .choices(['even', 'three-anchors'])
        .default('even'),
    )
    .option('--beta <number>', 'how far weights may fall below 0; 0: between the anchors', finiteNumber, 0)
    .option('--seed <number>', 'seed of the draw', wholeNumber(0), 0)
    .option('--camera <camera>', 'yaw,pitch[,radius] in radians or 25 numbers', '0,0');
  return withSessionOptions(command)
    .addHelpText(
      'after',
      '\nDistances from the person are in units of their anchors’ spread: outside is to the space between the anchors ' +
        '(0: inside), the other to the nearest anchor. Face distances end in ! where the judge sees another person.' +
        '\n\nExample:\n  personalized-head sample me.head -n 24 --beta 0.03 -o sheet.png',
    )
    .action(run);
}
