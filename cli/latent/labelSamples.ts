import { appendFile, readFile } from 'node:fs/promises';
import type { FaceStudio } from '../../personalize/latent/directions/faceStudio.js';
import {
  labelLine,
  labelsHeader,
  parseLabelLines,
  type LabelledSample,
  type LabelsKey,
} from '../../personalize/latent/directions/labels.js';
import { writeFileAtomically } from '../../runtime/checkpoint/atomicFile.node.js';

export interface LabelSamplesOptions {
  /** Kept after every sample, so that the work can be stopped and gone on with. */
  readonly file: string;
  readonly key: LabelsKey;
  readonly seeds: readonly number[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Labels of all seeds: those in the file, and the others rendered and read now. */
export async function labelSamples(
  studio: () => Promise<FaceStudio>,
  { file, key, seeds, signal, onProgress }: LabelSamplesOptions,
): Promise<LabelledSample[]> {
  const text = await readFile(file, 'utf8').catch(() => null);
  const known = new Map(
    (text === null ? [] : parseLabelLines(text, key, file)).map((sample) => [sample.seed, sample] as const),
  );
  // Written anew, so that a line that was cut off is gone before another follows it.
  const whole = labelsHeader(key) + [...known.values()].map(labelLine).join('');
  if (text !== whole) await writeFileAtomically(file, new TextEncoder().encode(whole));
  const samples: LabelledSample[] = [];
  for (const seed of seeds) {
    let sample = known.get(seed);
    if (!sample) {
      signal.throwIfAborted();
      const faces = await studio();
      const picture = await faces.picture(await faces.latent(seed, key.psi));
      sample = { seed, scores: await faces.scoresOf(picture) };
      await appendFile(file, labelLine(sample));
    }
    samples.push(sample);
    onProgress(samples.length);
  }
  return samples;
}
