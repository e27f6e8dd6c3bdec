import type { Base, GeneratorConfig } from '../../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import { defaultFilter } from '../../runtime/network/filters.js';
import { manifest, type TensorEntry } from '../core/manifest.js';
import { tinyBase } from './tinyBase.js';

/** Numbers of the goldens' hash: mean + std sqrt(3) (2 u - 1), of the stream "seed:name". */
export function hashTensor(name: string, dims: readonly number[], mean: number, std: number): Tensor {
  const key = hashKey(`${manifest.hash.seed}:${name}`);
  const spread = std * 1.7320508075688772;
  const data = new Float32Array(sizeOf(dims));
  for (let i = 0; i < data.length; i++) data[i] = mean + spread * (2 * hashUniform(key, i) - 1);
  return { dims, data };
}

const rules = manifest.hash.rules_first_match.map(({ regex, mean, std }) => ({
  pattern: new RegExp(regex),
  mean,
  std,
}));

/** A tensor of the golden networks by its name alone. */
export function goldenTensor(name: string, dims: readonly number[]): Tensor {
  if (name.endsWith('.resample_filter')) return { dims, data: defaultFilter };
  const rule = rules.find(({ pattern }) => pattern.test(name));
  if (!rule) throw new Error(`No rule of the manifest fits ${name}.`);
  return hashTensor(name, dims, rule.mean, rule.std);
}

function goldenTensors(entries: Readonly<Record<string, TensorEntry>>): [string, Tensor][] {
  return Object.entries(entries).map(([name, { shape }]) => [name, goldenTensor(name, shape)]);
}

const noHash = '0'.repeat(64);

/** The tiny backbone with the super-resolution of EG3D's class 2X, whose first block does not double the side. */
export async function tiny2xBase(): Promise<Base> {
  const { config, tensors } = await tinyBase();
  const backbone = [...tensors].filter(([name]) => !name.startsWith('superresolution.'));
  return {
    hash: noHash,
    config: { ...config, superresolution: { ...config.superresolution!, upsample: [false, true] } },
    tensors: new Map([...backbone, ...goldenTensors(manifest.configs.tiny2x.tensors)]),
  };
}

/** The generator of the paper's size, 30.6 million parameters. */
export async function fullBase(): Promise<Base> {
  const { config } = await tinyBase();
  const full: GeneratorConfig = {
    ...config,
    superresolution: { ...config.superresolution!, inputResolution: 128 },
    rendering: { ...config.rendering, depthResolution: 48, depthResolutionImportance: 48 },
    neuralRenderingResolution: 128,
  };
  return { hash: noHash, config: full, tensors: new Map(goldenTensors(manifest.configs.full.tensors)) };
}
