import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import {
  defaultBeta,
  directionsPathOf,
  distanceFromPerson,
  type LayeredAlpha,
  loadDirections,
  meterJson,
  meterText,
  photoBitmap,
  readSinglePhoto,
  requireAnchor,
  requireVaried,
} from 'babylon-personalized-head/command';
import { writeFileAtomically } from 'babylon-personalized-head/node';
import { type Photo, PhotoFitter, type Projection } from 'babylon-personalized-head/personalize';
import {
  anchorLook,
  type Camera,
  type Directions,
  HeadError,
  orbitCamera,
  pictureGrid,
} from 'babylon-personalized-head/runtime';
import { editRows, editSpaces, type EditSpace } from '../latent/editRows.js';
import { measured, PersonSession, withSessionOptions, type SessionOptions } from '../latent/session.js';
import { amountsOf } from '../options/amounts.js';
import { finiteNumber, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireFilmOutput } from '../output/outputPath.js';
import { filmKind, writeNotes } from '../output/film.js';
import { encodePng, type Bitmap } from '../output/image.js';
import { progressBar, stepLine } from '../output/progress.js';

interface EditOptions extends SessionOptions {
  readonly image?: string;
  readonly anchor?: number;
  readonly views: number;
  readonly policy: readonly EditSpace[];
  readonly beta: number;
  readonly steps: number;
  readonly projection: Projection;
  readonly layered?: boolean;
  readonly directionsFile?: string;
  readonly output: string;
}

/** Outermost view, radians. */
const widest = Math.PI / 4;
/** Photos are fitted at no more than this side. */
const fittedSide = 128;

function parseSpaces(text: string): EditSpace[] {
  if (text === 'all') return [...editSpaces];
  return text.split(',').map((name) => {
    const space = editSpaces.find((known) => known === name.trim());
    if (!space) throw new InvalidArgumentError(`Expected names among ${editSpaces.join(', ')}, or all.`);
    return space;
  });
}

async function fit(
  session: PersonSession,
  photo: Photo,
  options: EditOptions,
  directions: Directions,
  signal: AbortSignal,
): Promise<LayeredAlpha> {
  const { steps, projection, beta, layered = false } = options;
  const fitter = await PhotoFitter.open(session.studio, session.person, directions);
  const line = stepLine();
  try {
    return await fitter.fit(photo, {
      steps,
      projection,
      beta,
      layered,
      signal,
      onStep: (step, loss) => line.report(`fitting ${step + 1}/${steps}, loss ${loss.toFixed(4)}`),
    });
  } finally {
    line.stop();
    await fitter.dispose();
  }
}

function anchorAlpha(session: PersonSession, index: number): LayeredAlpha {
  requireAnchor(session.anchors, index);
  const only = new Float64Array(session.anchors.count);
  only[index] = 1;
  return {
    alphas: Array<Float64Array>(session.numWs).fill(only),
    ws: anchorLook(session.person, index, session.numWs).ws,
  };
}

/** From the person's right to their left. */
function viewCameras(session: PersonSession, views: number): Camera[] {
  return Array.from({ length: views }, (_, i) => {
    const yaw = views === 1 ? 0 : widest * ((2 * i) / (views - 1) - 1);
    return orbitCamera(session.base.config.camera, yaw, 0);
  });
}

function blank({ width, height }: Bitmap): Bitmap {
  return { width, height, data: new Uint8Array(width * height * 4) };
}

async function run(head: string, options: EditOptions, command: Command): Promise<void> {
  const signal = interruptSignal();
  if (filmKind(options.output) !== 'sheet') {
    throw new HeadError('edit/output', `${options.output}: expected a .png, which holds all views in one sheet.`);
  }
  await requireFilmOutput(options.output);
  const amounts = amountsOf(command.args.slice(1));
  if ((options.image === undefined) === (options.anchor === undefined)) {
    throw new HeadError('edit/start', 'edit: expected one of --image PHOTO and --anchor N to start from.');
  }
  const photo = options.image === undefined ? null : await readSinglePhoto(options.image, fittedSide);
  const session = await PersonSession.open(head, options, signal);
  try {
    requireVaried(session.anchors, 'edit');
    const path = options.directionsFile ?? directionsPathOf(options.base);
    const set = await loadDirections(path, session.generator.base);
    const start = photo ? await fit(session, photo, options, set, signal) : anchorAlpha(session, options.anchor!);
    const rows = editRows(session, start, set, amounts, options.policy, options.beta);
    const meter = await session.meter(options, signal);
    const own = photo?.camera ?? anchorLook(session.person, options.anchor!, session.numWs).camera ?? session.frontal;
    const cameras = [own, ...viewCameras(session, options.views)];
    const pictures: Bitmap[][] = [];
    const notes: unknown[] = [];
    const lines: string[] = [];
    const bar = progressBar(`rendering ${rows.length * cameras.length} pictures (${session.description})`);
    try {
      for (const row of rows) {
        const portraits = await session.take(row.ws, cameras, signal, row.added);
        pictures.push(portraits.map((portrait) => session.picture(portrait)));
        // Faces are compared from where they were seen, not from the side.
        const reading = await measured(meter, portraits[0]!, own);
        const outside = distanceFromPerson(session.anchors, row.ws);
        notes.push({ name: row.name, ...row.notes, outside, ...(reading ? { identity: meterJson(reading) } : {}) });
        const smiles = reading ? [...reading].map(([name, { face }]) => `${name} ${face.happy.toFixed(2)}`) : [];
        lines.push(
          `${row.name}: outside ${outside.toFixed(2)}` +
            ('share' in row.notes ? `, ${Math.round(100 * Number(row.notes.share))} % done` : '') +
            (reading ? `; face distance ${meterText(reading)}; happy ${smiles.join(', ')}` : ''),
        );
        bar.report(pictures.length / rows.length);
      }
    } finally {
      bar.stop();
    }
    const side = pictures[0]![0]!.width;
    const sheet = photo
      ? pictures.map((row, i) => [i === 0 ? photoCell(photo, side, row[0]!) : blank(row[0]!), ...row])
      : pictures;
    await writeFileAtomically(options.output, encodePng(pictureGrid(sheet)));
    await writeNotes(options.output, { amounts, start: options.image ?? options.anchor, rows: notes });
    for (const line of lines) console.log(line);
    console.log(resolve(options.output));
  } finally {
    await session.close();
  }
}

/** The photo in the sheet; blank where it is smaller than the pictures. */
function photoCell(photo: Photo, side: number, like: Bitmap): Bitmap {
  const picture = photoBitmap(photo, side);
  return picture.width === like.width ? picture : blank(like);
}

/** `personalized-head edit`. */
export function editCommand(): Command {
  const command = new Command('edit')
    .description('Edits a photo or an anchor of a person in the person’s own space: smile, age and what the base has.')
    .usage('<person> (--image <photo> | --anchor <n>) --<direction> <amount> ... -o <sheet.png> [options]')
    .argument('<person>', 'person file, .head')
    .allowUnknownOption()
    .allowExcessArguments()
    .requiredOption(
      '-o, --output <file>',
      'sheet: rows start and edits, columns the own camera and views; .json beside',
    )
    .option('--image <photo>', 'photo whose camera is in dataset.json; it is fitted first')
    .option('--anchor <n>', 'anchor to start from', wholeNumber(0))
    .option('--views <number>', 'views from 45° right to 45° left', wholeNumber(0), 5)
    .addOption(
      new Option(
        '--policy <names>',
        'at the border of the person’s space: project, stop, continue; w: in all of W; several or all',
      )
        .argParser(parseSpaces)
        .default(['project'], 'project'),
    )
    .option('--beta <number>', 'how far weights may fall below 0', finiteNumber, defaultBeta)
    .option('--steps <number>', 'steps of the fit to the photo', wholeNumber(1), 80)
    .addOption(
      new Option('--projection <kind>', 'soft: weights are fitted; hard: a latent is, then projected')
        .choices(['soft', 'hard'])
        .default('soft'),
    )
    .option('--layered', 'weights of their own for every layer')
    .option('--directions-file <file>', 'directions other than those beside the base');
  return withSessionOptions(command)
    .addHelpText(
      'after',
      '\nAmount 1 of a direction is the full expression, or one standard step of an attribute.' +
        '\n\nExample:\n  personalized-head edit me.head --image photos/test/00004.jpg --smile +2 --views 5 -o smile.png',
    )
    .action(run);
}
