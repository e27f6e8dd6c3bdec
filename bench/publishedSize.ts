import { baseHash, type Base, type GeneratorConfig } from '../runtime/checkpoint/index.js';
import { focalFromFov } from '../runtime/camera/lookAt.js';
import { hashKey, hashUniform } from '../runtime/core/hash.js';
import { sizeOf, type Tensor } from '../runtime/core/tensor.js';

/**
 * A base of EG3D's published size (ffhqrebalanced512-128: 30.6 M parameters) with random weights: what the bench measures.
 * Sizes: facts of the published configuration, EG3D (Chan 2022) and its appendix.
 */
const wDim = 512;
const zDim = 512;
const cDim = 25;
const planeChannels = 32;
const hidden = 64;
const blockWidths = [512, 512, 512, 512, 512, 256, 128];
const superresolution = [
  { inputs: 32, outputs: 256, side: 256 },
  { inputs: 256, outputs: 128, side: 512 },
];

const config: GeneratorConfig = {
  mapping: { lrMultiplier: 0.01, conditioningScale: 1 },
  backbone: { convClamp: null },
  decoder: { lrMultiplier: 1 },
  superresolution: {
    inputResolution: 128,
    resizeWhen: 'different',
    antialias: true,
    noiseMode: 'none',
    convClamp: 256,
    upsample: [true, true],
  },
  rendering: {
    depthResolution: 48,
    depthResolutionImportance: 48,
    rayStart: 2.25,
    rayEnd: 3.3,
    boxWarp: 1,
    disparitySpaceSampling: false,
    whiteBack: false,
  },
  neuralRenderingResolution: 128,
  planeAxes: [
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ],
    [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ],
  ],
  camera: { radius: 2.7, pivot: [0, 0, 0.2], focal: focalFromFov(18.837) },
  licence: '',
};

class RandomTensors {
  readonly tensors = new Map<string, Tensor>();

  add(name: string, dims: readonly number[], spread = 1, mean = 0): void {
    const key = hashKey(name);
    const data = Float32Array.from({ length: sizeOf(dims) }, (_, i) => mean + spread * (2 * hashUniform(key, i) - 1));
    this.tensors.set(name, { dims, data });
  }

  layer(name: string, inputs: number, outputs: number, kernel: number, side: number): void {
    this.add(`${name}.weight`, [outputs, inputs, kernel, kernel]);
    this.add(`${name}.bias`, [outputs], 0.1);
    this.add(`${name}.affine.weight`, [inputs, wDim]);
    this.add(`${name}.affine.bias`, [inputs], 0.2, 1);
    if (kernel > 1) {
      this.add(`${name}.noise_const`, [side, side]);
      this.add(`${name}.noise_strength`, [], 0.1);
    }
  }
}

/** The base; takes about a second. */
export async function publishedSizeBase(): Promise<Base> {
  const random = new RandomTensors();
  random.add('backbone.mapping.w_avg', [wDim], 0.3);
  random.add('backbone.mapping.embed.weight', [wDim, cDim]);
  random.add('backbone.mapping.embed.bias', [wDim], 0.1);
  random.add('backbone.mapping.fc0.weight', [wDim, zDim + wDim], 100);
  random.add('backbone.mapping.fc0.bias', [wDim], 10);
  random.add('backbone.mapping.fc1.weight', [wDim, wDim], 100);
  random.add('backbone.mapping.fc1.bias', [wDim], 10);
  random.add('backbone.synthesis.b4.const', [blockWidths[0]!, 4, 4]);
  blockWidths.forEach((width, i) => {
    const side = 4 * 2 ** i;
    const name = `backbone.synthesis.b${side}`;
    if (i > 0) random.layer(`${name}.conv0`, blockWidths[i - 1]!, width, 3, side);
    random.layer(`${name}.conv1`, width, width, 3, side);
    random.layer(`${name}.torgb`, width, 3 * planeChannels, 1, side);
  });
  superresolution.forEach(({ inputs, outputs, side }, i) => {
    const name = `superresolution.block${i}`;
    random.layer(`${name}.conv0`, inputs, outputs, 3, side);
    random.layer(`${name}.conv1`, outputs, outputs, 3, side);
    random.layer(`${name}.torgb`, outputs, 3, 1, side);
  });
  random.add('decoder.net.0.weight', [hidden, planeChannels], 2);
  random.add('decoder.net.0.bias', [hidden], 0.1);
  random.add('decoder.net.2.weight', [1 + planeChannels, hidden], 3);
  random.add('decoder.net.2.bias', [1 + planeChannels], 1, 1);
  return { config, tensors: random.tensors, hash: await baseHash(random.tensors) };
}
