import type { Tensor } from '../../../runtime/core/tensor.js';
import { mixAnchors, type Anchors } from '../../../runtime/latent/alpha/anchors.js';
import { pick, randomStream } from '../../../runtime/latent/alpha/randomStream.js';
import { sampleAlphas } from '../../../runtime/latent/alpha/sampling.js';
import type { LatentRecord } from './records.js';

/** A latent that is rendered from the front and measured. */
export interface LatentTask extends Omit<LatentRecord, 'scores' | 'network'> {
  readonly network: 'person' | 'frozen base';
  readonly ws: () => Promise<Tensor>;
}

export interface TaskCounts {
  /** Random pairs of anchors. */
  readonly pairs: number;
  /** Looks strictly between the two of a pair. */
  readonly steps: number;
  /** Samples of each way. */
  readonly samples: number;
}

const networks = ['person', 'frozen base'] as const;

/** Interpolation as the authors measure it: random pairs of anchors; the ends are anchors and left out. */
export function interpolationTasks(
  anchors: Anchors,
  numWs: number,
  { pairs, steps }: TaskCounts,
  seed: number,
): LatentTask[] {
  const random = randomStream('latent evaluation', seed);
  return Array.from({ length: pairs }, (_, pair) => {
    const [from, to] = pick(anchors.count, 2, random) as [number, number];
    return Array.from({ length: steps }, (_, step) => {
      const alpha = new Float64Array(anchors.count);
      const t = (step + 1) / (steps + 1);
      alpha[from] = 1 - t;
      alpha[to] = t;
      return both(`interpolation ${pair} ${step}`, 'interpolation', 'between two anchors', () =>
        mixAnchors(anchors, alpha, numWs),
      );
    }).flat();
  }).flat();
}

/** Samples in the authors' way, evenly, and evenly in the dilated space. */
export function synthesisTasks(anchors: Anchors, numWs: number, { samples }: TaskCounts, seed: number): LatentTask[] {
  const ways = [
    { method: 'three-anchors', beta: 0 },
    { method: 'even', beta: 0 },
    { method: 'even', beta: 0.03 },
  ] as const;
  return ways.flatMap(({ method, beta }) =>
    sampleAlphas(anchors, samples, { seed, method, beta }).flatMap((alpha, i) =>
      both(`synthesis ${method} ${beta} ${i}`, 'synthesis', `${method}, beta ${beta}`, () =>
        mixAnchors(anchors, alpha, numWs),
      ),
    ),
  );
}

/** The same latent by the person's network and by the frozen one. */
function both(key: string, group: LatentTask['group'], variant: string, make: () => Tensor): LatentTask[] {
  return networks.map((network) => ({
    key: `${key} ${network}`,
    group,
    variant,
    network,
    ws: () => Promise.resolve(make()),
  }));
}
