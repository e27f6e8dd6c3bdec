import { appendFile, readFile } from 'node:fs/promises';
import {
  type FaceStudio,
  type LabelledSample,
  labelLine,
  labelsHeader,
  type LabelsKey,
  parseLabelLines,
} from 'babylon-personalized-head/command';
import { writeTextAtomically } from 'babylon-personalized-head/node';

export interface LabelSamplesOptions {
  /** Kept after every sample, so that the work can be stopped and gone on with. */
  readonly file: string;
  readonly key: LabelsKey;
  readonly seeds: readonly number[];
  /** [wDim], of a seed */
  readonly latentOf: (seed: number) => Promise<Float32Array>;
  /** Attributes that every sample needs; one that lacks any is read anew. */
  readonly wanted: readonly string[];
  /** false: only what the file has. */
  readonly render: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Labels of all seeds: those in the file and, where they are to be rendered, the others read now. */
export async function labelSamples(
  studio: () => Promise<FaceStudio>,
  { file, key, seeds, latentOf, wanted, render, signal, onProgress }: LabelSamplesOptions,
): Promise<LabelledSample[]> {
  const text = await readFile(file, 'utf8').catch(() => null);
  const known = new Map(
    (text === null ? [] : parseLabelLines(text, key, file)).map((sample) => [sample.seed, sample] as const),
  );
  if (!render) return [...known.values()];
  // Written anew, so that a line that was cut off is gone before another follows it.
  const whole = labelsHeader(key) + [...known.values()].map(labelLine).join('');
  if (text !== whole) await writeTextAtomically(file, whole);
  const samples: LabelledSample[] = [];
  for (const seed of seeds) {
    let sample = known.get(seed);
    if (!sample || wanted.some((name) => sample!.scores[name] === undefined)) {
      signal.throwIfAborted();
      const faces = await studio();
      const picture = await faces.picture(await latentOf(seed));
      sample = { seed, scores: { ...sample?.scores, ...(await faces.scoresOf(picture)) } };
      await appendFile(file, labelLine(sample));
    }
    samples.push(sample);
    onProgress(samples.length);
  }
  return samples;
}
