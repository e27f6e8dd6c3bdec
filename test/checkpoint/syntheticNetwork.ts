import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import type { ModuleParts, NetworkParts } from './networkWriter.js';
import { tensorValue } from './networkWriter.js';
import type { Py } from './pickleWriter.js';

export interface NetworkSizes {
  readonly z: number;
  readonly w: number;
  /** 0: no conditioning. */
  readonly c: number;
  readonly mappingLayers: number;
  /** Output channels of blocks b4, b8, ...; conv0 and conv1. */
  readonly widths: readonly (readonly [number, number])[];
  readonly planeFeatures: number;
  readonly hidden: number;
  /** Decoder outputs without the density. */
  readonly features: number;
  readonly superresolution: null | {
    readonly className: string;
    readonly inputResolution: number;
    readonly widths: readonly number[];
    readonly upsample: readonly boolean[];
  };
  /** Noise maps of their own for each channel. */
  readonly noisePerChannel?: boolean;
}

export const eg3dAxes = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0];

/** Rendering options of a portrait generator, as `rendering_kwargs` holds them. */
export const renderingOptions: Readonly<Record<string, Py>> = {
  depth_resolution: 7,
  depth_resolution_importance: 5,
  ray_start: 2.25,
  ray_end: 3.3,
  box_warp: 1,
  disparity_space_sampling: false,
  clamp_mode: 'softplus',
  c_gen_conditioning_zero: false,
  c_scale: 1,
  superresolution_noise_mode: 'none',
  sr_antialias: true,
};

export const smallSizes: NetworkSizes = {
  z: 5,
  w: 7,
  c: 25,
  mappingLayers: 2,
  widths: [
    [6, 6],
    [6, 5],
    [4, 3],
  ],
  planeFeatures: 3,
  hidden: 9,
  features: 6,
  superresolution: null,
};

/** Tensors and attributes of an EG3D generator of any sizes, with arbitrary values. */
export function syntheticNetwork(sizes: NetworkSizes, options: Readonly<Record<string, Py>> = {}): NetworkParts {
  const tensors = new Map<string, Tensor>();
  const modules: Record<string, ModuleParts> = {};
  let seed = 1;
  const add = (name: string, dims: readonly number[]) => {
    const data = new Float32Array(sizeOf(dims));
    for (let i = 0; i < data.length; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      data[i] = seed / 2 ** 31;
    }
    tensors.set(name, { dims, data });
  };
  const linear = (name: string, outputs: number, inputs: number, rate: number) => {
    add(`${name}.weight`, [outputs, inputs]);
    add(`${name}.bias`, [outputs]);
    modules[name] = { attributes: { bias_gain: rate, weight_gain: rate / Math.sqrt(inputs) } };
  };
  const convolution = (name: string, outputs: number, inputs: number, kernel: number, clamp: number | null) => {
    add(`${name}.weight`, [outputs, inputs, kernel, kernel]);
    add(`${name}.bias`, [outputs]);
    linear(`${name}.affine`, inputs, sizes.w, 1);
    modules[name] = { attributes: { conv_clamp: clamp } };
  };
  const layer = (name: string, outputs: number, inputs: number, side: number, up: number, clamp: number | null) => {
    convolution(name, outputs, inputs, 3, clamp);
    add(`${name}.noise_strength`, []);
    add(`${name}.noise_const`, sizes.noisePerChannel ? [outputs, side, side] : [side, side]);
    modules[name] = { attributes: { conv_clamp: clamp, up, activation: 'lrelu' } };
  };

  const { z, w, c, widths, superresolution } = sizes;
  if (c > 0) linear('backbone.mapping.embed', w, c, 1);
  for (let i = 0; i < sizes.mappingLayers; i++) {
    linear(`backbone.mapping.fc${i}`, w, i > 0 ? w : z + (c > 0 ? w : 0), 0.01);
  }
  add('backbone.mapping.w_avg', [w]);
  let channels = widths[0]![0];
  add('backbone.synthesis.b4.const', [channels, 4, 4]);
  widths.forEach(([first, second], i) => {
    const block = `backbone.synthesis.b${4 * 2 ** i}`;
    if (i > 0) layer(`${block}.conv0`, first, channels, 4 * 2 ** i, 2, null);
    layer(`${block}.conv1`, second, first, 4 * 2 ** i, 1, null);
    convolution(`${block}.torgb`, 3 * sizes.planeFeatures, second, 1, null);
    channels = second;
  });
  linear('decoder.net.0', sizes.hidden, sizes.planeFeatures, 1);
  modules['decoder.net.1'] = { className: 'Softplus' };
  linear('decoder.net.2', 1 + sizes.features, sizes.hidden, 1);
  if (superresolution) {
    const { className, inputResolution } = superresolution;
    modules.superresolution = { className, attributes: { input_resolution: inputResolution, sr_antialias: true } };
    let side = inputResolution;
    channels = sizes.features;
    superresolution.upsample.forEach((up, i) => {
      const width = superresolution.widths[i]!;
      const block = `superresolution.block${i}`;
      if (up) side *= 2;
      layer(`${block}.conv0`, width, channels, side, up ? 2 : 1, 256);
      layer(`${block}.conv1`, width, width, side, 1, 256);
      convolution(`${block}.torgb`, 3, width, 1, 256);
      channels = width;
    });
  }
  const axes = tensorValue({ dims: [3, 3, 3], data: Float32Array.from(eg3dAxes) });
  modules.renderer = { className: 'ImportanceRenderer', attributes: { plane_axes: axes } };
  const kwargs = new Map(Object.entries({ ...renderingOptions, ...options }));
  modules[''] = {
    className: 'TriPlaneGenerator',
    attributes: { neural_rendering_resolution: 16, rendering_kwargs: kwargs },
  };
  return { tensors, modules };
}
