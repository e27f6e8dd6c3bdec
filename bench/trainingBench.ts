import { LatentSpace } from '../personalize/inversion/latentSpace.js';
import { trainingSettings } from '../personalize/training/trainingSettings.js';
import { defaultWeights } from '../personalize/training/losses.js';
import { methods } from '../personalize/training/method.js';
import { PersonLearner } from '../personalize/training/personLearner.js';
import { targetOf } from '../personalize/training/target.js';
import { orbitCamera } from '../runtime/camera/lookAt.js';
import type { Base } from '../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../runtime/core/hash.js';
import type { Execution } from '../runtime/execution/execution.js';
import { flopsOf } from './flops.js';
import { time, type Timing } from './timing.js';

/** Side of the rendered patch, samples of each pass, and how often a step is timed: PyTorch does the same. */
export const trainingSizes = { patch: 32, samples: 14, runs: 5 };

export interface MeasuredTraining {
  readonly timing: Timing;
  /** Of all threads, ms, the best step: what a machine that is busy with other work can still compare. */
  readonly cpu: number;
  /**
   * GFLOP of a step, 2 per multiply-add: planes and rays once forward and once back to their inputs. What is computed twice
   * and the small products of the factors do not count.
   */
  readonly flops: number;
}

/** One step of `personalize` with the default method on a photo of noise: inversion costs about the same. */
export async function measureTraining(base: Base, execution: Execution): Promise<MeasuredTraining> {
  const side = 128;
  const key = hashKey('training bench');
  const image = Float32Array.from({ length: 3 * side * side }, (_, i) => 2 * hashUniform(key, i) - 1);
  const camera = orbitCamera(base.config.camera, 0.2, 0);
  const mask = { dims: [1, side, side], data: new Float32Array(side * side).fill(1) };
  const target = targetOf({ name: 'noise', camera, image: { dims: [3, side, side], data: image }, mask });
  const latent = await LatentSpace.measure(base, execution);
  const learner = await PersonLearner.create({
    ...{ base, execution, latent },
    settings: trainingSettings(base, trainingSizes.samples),
    ...{ targets: [target], cameras: [camera], anchors: [new Float32Array(latent.layout.wDim)] },
    method: methods.get('lora-1')!,
    plan: {
      ...{ steps: 1000, resolution: side, patch: trainingSizes.patch, weights: defaultWeights },
      ...{ prior: 1e-3, anchorRate: 0.02, cameraRate: 0, seed: '0' },
    },
  });
  try {
    let cpu = Infinity;
    const timing = await time(async () => {
      const before = process.cpuUsage();
      await learner.next();
      const { user, system } = process.cpuUsage(before);
      cpu = Math.min(cpu, (user + system) / 1000);
    }, trainingSizes.runs);
    const { backbone, march } = flopsOf(base, trainingSizes.patch, 3, 2 * trainingSizes.samples);
    return { timing, cpu, flops: 2 * (backbone + march) };
  } finally {
    await learner.dispose();
  }
}
