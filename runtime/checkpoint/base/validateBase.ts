import { AssetError } from '../../core/errors.js';
import type { Base } from './base.js';
import type { GeneratorConfig } from '../config/config.js';
import { expectFinite } from '../safetensors/safetensorsEncode.js';
import {
  dimsOf,
  expectSizes,
  validateConvolution,
  validateLinear,
  validateSynthesisLayer,
  type DimsByName,
} from './validateLayer.js';
import { expectGiven } from '../../core/given.js';

/**
 * Checks that every tensor a generator needs is there, fits its neighbours and is finite. No size is a constant.
 * @throws AssetError naming a missing tensor, ShapeError naming a wrong one, NumericError naming a value
 */
export function validateBase(base: Base): void {
  expectGiven('validateBase', 'base', base);
  validateDims(new Map([...base.tensors].map(([name, { dims }]) => [name, dims])), base.config);
  for (const [name, { data }] of base.tensors) expectFinite(name, data);
}

/** The part of `validateBase` that needs no values. */
export function validateDims(tensors: DimsByName, config: GeneratorConfig): void {
  const [w] = expectSizes(tensors, 'backbone.mapping.w_avg', [null], 'w');
  validateMapping(tensors, w!);
  const planeChannels = validateSynthesis(tensors, w!);
  const features = validateDecoder(tensors, planeChannels, config.planeAxes.length);
  validateSuperresolution(tensors, config, features, w!);
}

function validateMapping(tensors: DimsByName, w: number): void {
  const prefix = 'backbone.mapping';
  const embedded = tensors.has(`${prefix}.embed.weight`) ? validateLinear(tensors, `${prefix}.embed`, null) : 0;
  const [, inputs] = dimsOf(tensors, `${prefix}.fc0.weight`);
  if (inputs !== undefined && inputs <= embedded) {
    expectSizes(tensors, `${prefix}.fc0.weight`, [null, embedded + 1], 'z and the embedded camera');
  }
  const layers = numbersIn(tensors, /^backbone\.mapping\.fc(\d+)\./).length;
  let width: number | null = null;
  for (let layer = 0; layer < layers; layer++) {
    width = validateLinear(tensors, `${prefix}.fc${layer}`, width, 'out, outputs of the layer before');
  }
  if (width !== w) expectSizes(tensors, `${prefix}.fc${layers - 1}.weight`, [w, null], 'w, in');
}

/** Returns the channels of all planes together. */
function validateSynthesis(tensors: DimsByName, w: number): number {
  const prefix = 'backbone.synthesis';
  const resolutions = numbersIn(tensors, /^backbone\.synthesis\.b(\d+)\./);
  resolutions.forEach((resolution, i) => {
    if (resolution !== 4 * 2 ** i) {
      throw new AssetError(
        'asset/blocks',
        `${prefix}: expected blocks b of 4, 8, 16, ..., got ${resolutions.slice(0, 12).join(', ')}.`,
      );
    }
  });
  let [width] = expectSizes(tensors, `${prefix}.b4.const`, [null, 4, 4]);
  let planes: number | null = null;
  for (const resolution of resolutions) {
    const block = `${prefix}.b${resolution}`;
    const sizes = { outputs: null, w };
    if (resolution > 4) {
      width = validateSynthesisLayer(tensors, `${block}.conv0`, { ...sizes, inputs: width! }, resolution);
    }
    width = validateSynthesisLayer(tensors, `${block}.conv1`, { ...sizes, inputs: width! }, resolution);
    planes = validateConvolution(tensors, `${block}.torgb`, { inputs: width, outputs: planes, kernel: 1, w });
  }
  return planes!;
}

/** Returns the number of features: the decoder's outputs after the density. */
function validateDecoder(tensors: DimsByName, planeChannels: number, planes: number): number {
  const [, inputs] = dimsOf(tensors, 'decoder.net.0.weight');
  if (inputs !== undefined && inputs * planes !== planeChannels) {
    const wanted = planeChannels / planes;
    expectSizes(
      tensors,
      'decoder.net.0.weight',
      [null, Number.isInteger(wanted) ? wanted : -1],
      `hidden, ${planeChannels} backbone outputs / ${planes} planes`,
    );
  }
  const hidden = validateLinear(tensors, 'decoder.net.0', null);
  const outputs = validateLinear(tensors, 'decoder.net.2', hidden, 'out, hidden');
  if (outputs < 4) expectSizes(tensors, 'decoder.net.2.weight', [4, hidden], 'density and at least three colours');
  return outputs - 1;
}

function validateSuperresolution(
  tensors: DimsByName,
  { superresolution }: GeneratorConfig,
  features: number,
  w: number,
) {
  const blocks = numbersIn(tensors, /^superresolution\.block(\d+)\./);
  const wanted = superresolution?.upsample.length ?? 0;
  if (blocks.length !== wanted) {
    throw new AssetError(
      'asset/blocks',
      `superresolution: expected ${wanted} blocks as the configuration says, got ${blocks.length}. ` +
        'Pass the configuration that belongs to this checkpoint.',
    );
  }
  let width = features;
  let resolution = superresolution?.inputResolution ?? 0;
  superresolution?.upsample.forEach((doubles, i) => {
    const block = `superresolution.block${i}`;
    if (doubles) resolution *= 2;
    const sizes = { outputs: null, w };
    width = validateSynthesisLayer(tensors, `${block}.conv0`, { ...sizes, inputs: width }, resolution);
    width = validateSynthesisLayer(tensors, `${block}.conv1`, { ...sizes, inputs: width }, resolution);
    validateConvolution(tensors, `${block}.torgb`, { inputs: width, outputs: 3, kernel: 1, w });
  });
}

function numbersIn(tensors: DimsByName, pattern: RegExp): number[] {
  const found = new Set<number>();
  for (const name of tensors.keys()) {
    const match = pattern.exec(name);
    if (match) found.add(Number(match[1]));
  }
  return [...found].sort((a, b) => a - b);
}
