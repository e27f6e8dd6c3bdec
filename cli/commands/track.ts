import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { cpuThreads, openPackagedFaces } from 'babylon-personalized-head/command';
import { decodeUpright, nodeExecution, packagedAsset, writeTextAtomically } from 'babylon-personalized-head/node';
import {
  faceClip,
  FaceFollower,
  FaceTracker,
  openFaceNets,
  parseExpressionShapes,
  type RecordedFace,
} from 'babylon-personalized-head/personalize';
import { type ByteSource, HeadError } from 'babylon-personalized-head/runtime';
import { positiveNumber, threadsOption, wholeNumber } from '../options/numbers.js';
import { interruptSignal } from '../output/failure.js';
import { requireOutputFile } from '../output/outputPath.js';
import { progressBar } from '../output/progress.js';
import { photoPaths } from '../photos/photoPaths.js';

interface TrackOptions {
  readonly output: string;
  readonly fps: number;
  readonly neutral: number;
  readonly smooth: boolean;
  readonly threads: number;
}

/**
 * Landmarks of the frames that show a face, by their number.
 * @param asset the face nets' file, open; closed with them
 */
async function readLandmarks(
  paths: readonly string[],
  asset: ByteSource,
  threads: number,
  signal: AbortSignal,
): Promise<{ seen: Map<number, Float32Array>; frames: number }> {
  const files = await photoPaths(paths);
  const names = await files.list();
  if (names.length === 0) {
    throw new HeadError('track/none', `${paths.join(', ')}: expected frames, got none. Name a folder of pictures.`);
  }
  const nets = await openFaceNets({ execution: await nodeExecution({ threads: cpuThreads(threads) }), asset });
  const follower = new FaceFollower(nets);
  const seen = new Map<number, Float32Array>();
  const bar = progressBar('reading faces');
  try {
    for (const [frame, name] of names.entries()) {
      signal.throwIfAborted();
      const { picture } = await decodeUpright(await files.read(name), name, { signal });
      const landmarks = await follower.read(picture);
      if (landmarks) seen.set(frame, landmarks.points);
      bar.report((frame + 1) / names.length);
    }
  } finally {
    bar.stop();
    await nets.dispose();
  }
  return { seen, frames: names.length };
}

async function run(paths: readonly string[], options: TrackOptions): Promise<void> {
  await requireOutputFile(options.output, '.json');
  const { fps, neutral, smooth, threads } = options;
  const signal = interruptSignal();
  const { asset, shape } = await openPackagedFaces();
  const shapes = parseExpressionShapes(await readFile(packagedAsset('base.landmarkMoves.json'), 'utf8'));
  const { seen, frames } = await readLandmarks(paths, asset, threads, signal);
  const still = [...seen].filter(([frame]) => frame < neutral).map(([, points]) => points);
  if (still.length === 0) {
    throw new HeadError(
      'track/neutral',
      `track: expected a face in the first ${neutral} of ${frames} frames, got none. Say with --neutral how many show it at rest.`,
    );
  }
  const tracker = new FaceTracker({ shape, shapes, ...(smooth ? {} : { smoothing: null }) });
  await tracker.calibrate(still);
  const tracked: RecordedFace[] = [];
  for (const [frame, points] of seen) {
    const time = frame / fps;
    tracked.push({ time, face: tracker.track(points, time) });
  }
  const clip = faceClip(tracked, fps);
  await writeTextAtomically(options.output, `${JSON.stringify(clip)}\n`);
  const error = tracked.reduce((sum, { face }) => sum + face.error, 0) / tracked.length;
  console.log(
    `${options.output}: ${clip.frames.length} frames at ${fps} a second, a face in ${tracked.length} of ${frames}; ` +
      `${clip.names.length} expressions; landmarks fit to ${(100 * error).toFixed(2)} % of the crop`,
  );
}

/** `personalized-head track`. */
export function trackCommand(): Command {
  return new Command('track')
    .description(
      'Follows a face through the frames of a film and writes its expressions and turns as a clip that heads play, see ' +
        'faceClipAnimationGroup.',
    )
    .argument('<frames...>', 'folder of pictures, or pictures, in the order of their names')
    .requiredOption('-o, --output <file>', 'clip to write, .json')
    .option('--fps <number>', 'frames a second', positiveNumber, 30)
    .option('--neutral <count>', 'the first frames so many show the face at rest, looking ahead', wholeNumber(1), 1)
    .option('--no-smooth', 'takes each frame by itself')
    .addOption(threadsOption())
    .addHelpText(
      'after',
      '\nExample:\n  ffmpeg -i me.mp4 -vf fps=30 frames/%05d.png && personalized-head track frames -o me.clip.json --neutral 15',
    )
    .action(run);
}
