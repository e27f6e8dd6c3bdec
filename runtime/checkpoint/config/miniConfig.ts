import { fieldError, JsonFields } from './jsonFields.js';
import { namedPlane } from './planeAxes.js';

/** What an `eg3d-mini` file leaves open: such a base is rendered directly, at any resolution. */
const defaultResolution = 128;

export function isMiniConfig(json: unknown): json is object {
  return typeof json === 'object' && json !== null && 'format' in json && json.format === 'eg3d-mini';
}

/** The configuration the embedded base's training code writes, in the form of a GeneratorConfig; values unchecked. */
export function miniConfig(json: unknown, path: string): unknown {
  const fields = new JsonFields(json, path);
  const expect = (key: string, known: unknown) => {
    const value = fields.get(key);
    if (value !== undefined && value !== known) throw fieldError(fields.at(key), JSON.stringify(known), value);
  };
  // Anything else needs a generator this format cannot describe.
  expect('format_version', 1);
  expect('superresolution', null);
  expect('density_bias', -1);
  expect('plane_aggregation', 'mean');

  const camera = fields.get('camera') === undefined ? null : fields.child('camera');
  return {
    mapping: {
      lrMultiplier: fields.get('mapping_lr_mul'),
      conditioningScale: fields.get('c_dim') === 0 ? 0 : (fields.get('c_scale') ?? 0),
    },
    backbone: { convClamp: fields.get('conv_clamp') ?? null },
    decoder: { lrMultiplier: fields.get('decoder_lr_mul') ?? 1 },
    superresolution: null,
    rendering: {
      depthResolution: fields.get('depth_resolution'),
      depthResolutionImportance: fields.get('depth_resolution_importance'),
      rayStart: fields.get('ray_start'),
      rayEnd: fields.get('ray_end'),
      boxWarp: fields.get('box_warp'),
      disparitySpaceSampling: fields.get('disparity_space_sampling') ?? false,
      whiteBack: fields.get('white_back') ?? false,
    },
    neuralRenderingResolution: fields.get('neural_rendering_resolution') ?? defaultResolution,
    planeAxes: fields.array('plane_axes', 3, namedPlane),
    camera: {
      radius: camera?.get('radius') ?? fields.get('radius'),
      pivot: camera?.get('look_at') ?? fields.get('look_at') ?? [0, 0, 0],
      focal: camera?.get('focal') ?? fields.get('focal'),
    },
    licence: fields.get('licence') ?? '',
  };
}
