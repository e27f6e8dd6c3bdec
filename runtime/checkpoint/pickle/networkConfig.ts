import { focalFromFov } from '../../camera/lookAt.js';
import { AssetError } from '../../core/errors.js';
import type { GeneratorConfig } from '../config/config.js';
import { parseConfig } from '../config/configJson.js';
import { agreed, layerClamp, learningRate } from './layerAttributes.js';
import { findModule, tensorAttribute, type ModuleNode } from './moduleTree.js';
import { NumpyArray } from './numpyValue.js';

/** EG3D's own default for a portrait. */
const defaultFocal = focalFromFov(18.837);

type Attributes = ReadonlyMap<unknown, unknown>;

/**
 * What the tensors do not say, from the attributes of a generator's modules. Attributes of the generator itself win
 * over the arguments it was made with, because training changes them.
 * @throws AssetError `asset/config` where an attribute that changes the image is missing or not supported
 */
export async function networkConfig(root: ModuleNode, where: string): Promise<GeneratorConfig> {
  const rendering = renderingOptions(root, where);
  const clampMode = rendering.get('clamp_mode') ?? 'softplus';
  if (clampMode !== 'softplus') throw unsupported(`${where}.rendering_kwargs.clamp_mode`, '"softplus"', clampMode);
  const synthesis = findModule(root, 'backbone.synthesis');
  const blocks = [...(synthesis?.children.values() ?? [])];

  const raw = {
    mapping: {
      lrMultiplier: mappingRate(root, where),
      conditioningScale: rendering.get('c_gen_conditioning_zero') === true ? 0 : (rendering.get('c_scale') ?? 0),
    },
    backbone: { convClamp: layerClamp(blocks, `${where}.backbone.synthesis`) },
    decoder: { lrMultiplier: decoderRate(root, rendering, where) },
    superresolution: superresolution(root, rendering, where),
    rendering: {
      depthResolution: rendering.get('depth_resolution'),
      depthResolutionImportance: rendering.get('depth_resolution_importance'),
      rayStart: rendering.get('ray_start'),
      rayEnd: rendering.get('ray_end'),
      boxWarp: rendering.get('box_warp'),
      disparitySpaceSampling: Boolean(rendering.get('disparity_space_sampling') ?? false),
      whiteBack: Boolean(rendering.get('white_back') ?? false),
    },
    neuralRenderingResolution: root.attributes.get('neural_rendering_resolution'),
    planeAxes: await planeAxes(root, where),
    camera: {
      radius: rendering.get('avg_camera_radius') ?? 2.7,
      pivot: asList(rendering.get('avg_camera_pivot') ?? [0, 0, 0.2]),
      focal: defaultFocal,
    },
    licence: '',
  };
  return parseConfig(raw, where);
}

function renderingOptions(root: ModuleNode, where: string): Attributes {
  const made = root.attributes.get('_init_kwargs');
  const found: unknown =
    root.attributes.get('rendering_kwargs') ?? (made instanceof Map ? made.get('rendering_kwargs') : undefined);
  if (!(found instanceof Map)) throw unsupported(`${where}.rendering_kwargs`, 'EG3D rendering options', found);
  return found;
}

function mappingRate(root: ModuleNode, where: string): number {
  const mapping = findModule(root, 'backbone.mapping');
  const layers = [...(mapping?.children ?? [])].filter(([name]) => /^fc\d+$/.test(name));
  const path = `${where}.backbone.mapping`;
  const rates = layers.map(([name, layer]) => learningRate(layer, `${path}.${name}`));
  return agreed(rates, `${path}.fc*`, 'learning-rate multiplier') ?? 0.01;
}

function decoderRate(root: ModuleNode, rendering: Attributes, where: string): unknown {
  const path = `${where}.decoder.net`;
  const layers = [...(findModule(root, 'decoder.net')?.children ?? [])].filter(([, layer]) => layer.tensors.size > 0);
  const rates = layers.map(([name, layer]) => learningRate(layer, `${path}.${name}`));
  return agreed(rates, path, 'learning-rate multiplier') ?? rendering.get('decoder_lr_mul') ?? 1;
}

function superresolution(root: ModuleNode, rendering: Attributes, where: string): unknown {
  const node = findModule(root, 'superresolution');
  if (!node) return null;
  const path = `${where}.superresolution`;
  const blocks = [...node.children].filter(([name]) => /^block\d+$/.test(name));
  blocks.sort(([a], [b]) => Number(a.slice(5)) - Number(b.slice(5)));
  return {
    inputResolution: node.attributes.get('input_resolution'),
    resizeWhen: node.className === 'SuperresolutionHybrid4X' ? 'smaller' : 'different',
    antialias: Boolean(node.attributes.get('sr_antialias') ?? rendering.get('sr_antialias') ?? false),
    noiseMode: rendering.get('superresolution_noise_mode') ?? 'none',
    convClamp: layerClamp(
      blocks.map(([, block]) => block),
      path,
    ),
    upsample: blocks.map(([, block]) => doubles(block)),
  };
}

function doubles(block: ModuleNode): boolean {
  const up = block.children.get('conv0')?.attributes.get('up');
  return up === undefined ? block.className !== 'SynthesisBlockNoUp' : up === 2;
}

async function planeAxes(root: ModuleNode, where: string): Promise<unknown> {
  const path = `${where}.renderer.plane_axes`;
  const found = tensorAttribute(findModule(root, 'renderer'), 'plane_axes');
  if (!found) throw unsupported(path, 'a tensor', undefined);
  const values = Array.from(found instanceof NumpyArray ? found.values : await found.read(path), Number);
  const [planes, rows, columns] = found.dims;
  if (found.dims.length !== 3 || planes !== 3 || rows !== 3 || columns !== 3 || values.length !== 27) {
    throw unsupported(path, 'a [3, 3, 3] tensor', found.dims);
  }
  return [0, 9, 18].map((plane) => [0, 3, 6].map((row) => values.slice(plane + row, plane + row + 3)));
}

function asList(value: unknown): unknown {
  return value instanceof NumpyArray ? Array.from(value.values, Number) : value;
}

function unsupported(path: string, expected: string, got: unknown): AssetError {
  const text = got === undefined ? 'nothing' : typeof got === 'string' ? `"${got}"` : 'something else';
  return new AssetError(
    'asset/config',
    `${path}: expected ${expected}, got ${text}. Pass a configuration of your own (--config) if you know the value.`,
  );
}
