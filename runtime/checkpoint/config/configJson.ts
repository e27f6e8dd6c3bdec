import type { CameraConfig, GeneratorConfig, RayBound, RenderingConfig, SuperresolutionConfig } from './config.js';
import { checkNumber, fieldError, JsonFields } from './jsonFields.js';
import { isMiniConfig, miniConfig } from './miniConfig.js';
import { parsePlaneAxes } from './planeAxes.js';

const side = { integer: true, min: 1, max: 8192 };
const samples = { integer: true, max: 4096 };
const positive = { above: 0 };

/**
 * Checks a parsed JSON value field by field. Fields it does not know are ignored, so that later versions can add
 * some. Also accepts the format `eg3d-mini` of the embedded base's training code.
 * @throws AssetError `asset/config`, e.g. `config.rendering.rayStart: expected a number or "auto", got true.`
 */
export function parseConfig(json: unknown, path = 'config'): GeneratorConfig {
  const fields = new JsonFields(isMiniConfig(json) ? miniConfig(json, path) : json, path);
  const mapping = fields.child('mapping');
  return {
    mapping: {
      lrMultiplier: mapping.number('lrMultiplier', positive),
      conditioningScale: mapping.number('conditioningScale'),
    },
    backbone: { convClamp: fields.child('backbone').numberOrNull('convClamp', positive) },
    decoder: { lrMultiplier: fields.child('decoder').number('lrMultiplier', positive) },
    superresolution:
      fields.get('superresolution') === null ? null : parseSuperresolution(fields.child('superresolution')),
    rendering: parseRendering(fields.child('rendering')),
    neuralRenderingResolution: fields.number('neuralRenderingResolution', side),
    planeAxes: parsePlaneAxes(fields.get('planeAxes'), fields.at('planeAxes')),
    camera: parseCamera(fields.child('camera')),
    licence: fields.string('licence'),
  };
}

function parseSuperresolution(fields: JsonFields): SuperresolutionConfig {
  return {
    inputResolution: fields.number('inputResolution', side),
    resizeWhen: fields.oneOf('resizeWhen', ['different', 'smaller']),
    antialias: fields.boolean('antialias'),
    noiseMode: fields.oneOf('noiseMode', ['const', 'none']),
    convClamp: fields.numberOrNull('convClamp', positive),
    upsample: fields.array('upsample', null, (value, path) => {
      if (typeof value !== 'boolean') throw fieldError(path, 'true or false', value);
      return value;
    }),
  };
}

function parseRendering(fields: JsonFields): RenderingConfig {
  const rayStart = parseBound(fields, 'rayStart');
  const rayEnd = parseBound(fields, 'rayEnd');
  if ((rayStart === 'auto') !== (rayEnd === 'auto')) {
    throw fieldError(fields.at('rayEnd'), `"auto" for both bounds or neither, as rayStart is ${rayStart}`, rayEnd);
  }
  if (rayStart !== 'auto' && !(rayStart < Number(rayEnd))) {
    throw fieldError(fields.at('rayEnd'), `a number greater than rayStart (${rayStart})`, rayEnd);
  }
  return {
    depthResolution: fields.number('depthResolution', { ...samples, min: 2 }),
    depthResolutionImportance: fields.number('depthResolutionImportance', { ...samples, min: 0 }),
    rayStart,
    rayEnd,
    boxWarp: fields.number('boxWarp', positive),
    disparitySpaceSampling: fields.boolean('disparitySpaceSampling'),
    whiteBack: fields.boolean('whiteBack'),
  };
}

function parseBound(fields: JsonFields, key: string): RayBound {
  const value = fields.get(key);
  return value === 'auto' ? value : checkNumber(value, fields.at(key), {}, '"auto"');
}

function parseCamera(fields: JsonFields): CameraConfig {
  const [x, y, z] = fields.array('pivot', 3, (value, path) => checkNumber(value, path));
  return {
    radius: fields.number('radius', positive),
    pivot: [x!, y!, z!],
    focal: fields.number('focal', positive),
  };
}
