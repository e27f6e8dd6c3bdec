import { broadcastW } from '../../runtime/latent/truncation.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { goldenCamera } from '../render/goldenScene.js';

/** From a seed to the untruncated latents of every layer, as a user of EG3D's scripts goes. */
export async function wsOfSeed(generator: Generator, seed: number): Promise<Tensor> {
  const w = await generator.map(standardNormal(seed, generator.layout.zDim), goldenCamera('cond'));
  return broadcastW(w, generator.layout.numWs, generator.wAvg);
}
