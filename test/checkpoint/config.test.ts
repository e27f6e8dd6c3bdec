import { describe, expect, test } from '@jest/globals';
import { parseConfig, type GeneratorConfig } from '../../runtime/checkpoint/index.js';

const config: GeneratorConfig = {
  mapping: { lrMultiplier: 0.01, conditioningScale: 1 },
  backbone: { convClamp: null },
  decoder: { lrMultiplier: 1 },
  superresolution: {
    inputResolution: 128,
    resizeWhen: 'smaller',
    antialias: false,
    noiseMode: 'const',
    convClamp: 256,
    upsample: [false, true],
  },
  rendering: {
    depthResolution: 48,
    depthResolutionImportance: 0,
    rayStart: 2.25,
    rayEnd: 3.3,
    boxWarp: 1,
    disparitySpaceSampling: false,
    whiteBack: false,
  },
  neuralRenderingResolution: 64,
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
      [0, 1, 0],
      [1, 0, 0],
    ],
  ],
  camera: { radius: 2.7, pivot: [0, 0, 0.2], focal: 4.2647 },
  licence: 'CC0-1.0',
};

test('a configuration survives JSON', () => {
  expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  expect(parseConfig({ ...config, superresolution: null }).superresolution).toBeNull();
});

describe('messages name the field', () => {
  /** The configuration with the field at a path replaced; undefined removes it. */
  const replaced = (path: string, value: unknown): unknown => {
    const copy = JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
    const keys = path.split('.');
    const last = keys.pop()!;
    const parent = keys.reduce((object, key) => object[key] as Record<string, unknown>, copy);
    parent[last] = value;
    return copy;
  };

  test.each<[string, unknown, string]>([
    ['rendering.rayStart', true, 'config.rendering.rayStart: expected a number or "auto", got true.'],
    ['rendering.rayEnd', 2, 'config.rendering.rayEnd: expected a number greater than rayStart (2.25), got 2.'],
    ['rendering.boxWarp', 0, 'config.rendering.boxWarp: expected a number greater than 0, got 0.'],
    [
      'rendering.depthResolution',
      1e9,
      'config.rendering.depthResolution: expected a whole number at least 2 and at most 4096',
    ],
    ['rendering.whiteBack', 1, 'config.rendering.whiteBack: expected true or false, got 1.'],
    ['rendering', undefined, 'config.rendering: expected an object, got nothing.'],
    ['mapping.lrMultiplier', '0.01', 'config.mapping.lrMultiplier: expected a number greater than 0, got "0.01".'],
    [
      'backbone.convClamp',
      undefined,
      'config.backbone.convClamp: expected a number greater than 0 or null, got nothing.',
    ],
    ['superresolution.resizeWhen', 'never', 'expected "different" or "smaller", got "never".'],
    ['superresolution.upsample', [], 'config.superresolution.upsample: expected a list, got [].'],
    ['superresolution.upsample', [1], 'config.superresolution.upsample[0]: expected true or false, got 1.'],
    ['superresolution', undefined, 'config.superresolution: expected an object, got nothing.'],
    ['neuralRenderingResolution', 64.5, 'config.neuralRenderingResolution: expected a whole number'],
    ['planeAxes', [[1]], 'config.planeAxes: expected a list of 3'],
    [
      'planeAxes',
      [1, 2, 3].map(() => [1, 2, 3].map(() => [1, 1, 1])),
      'config.planeAxes[0]: expected an invertible matrix',
    ],
    ['camera.pivot', [0, 0], 'config.camera.pivot: expected a list of 3, got [0,0].'],
    ['camera.radius', null, 'config.camera.radius: expected a number greater than 0, got null.'],
    ['licence', 7, 'config.licence: expected a text, got 7.'],
  ])('%s = %j', (path, value, message) => {
    expect(() => parseConfig(replaced(path, value))).toThrow(message);
  });

  test.each([null, [], 'x', 3])('%j is no configuration', (json) => {
    expect(() => parseConfig(json)).toThrow('config: expected an object');
  });
});

describe('eg3d-mini', () => {
  const mini = {
    format: 'eg3d-mini',
    format_version: 1,
    c_dim: 0,
    mapping_lr_mul: 0.01,
    plane_axes: ['xy', 'xz', 'zy'],
    box_warp: 0.75,
    ray_start: 2.25,
    ray_end: 3.3,
    depth_resolution: 48,
    depth_resolution_importance: 48,
    density_bias: -1,
    superresolution: null,
    plane_aggregation: 'mean',
    camera: { convention: 'opencv', focal: 4.2647, radius: 2.7, look_at: [0, 0, 0] },
    licence: 'CC0-1.0',
  };

  test('becomes a configuration', () => {
    expect(parseConfig(mini)).toEqual({
      ...config,
      mapping: { lrMultiplier: 0.01, conditioningScale: 0 },
      superresolution: null,
      rendering: { ...config.rendering, depthResolutionImportance: 48, boxWarp: 0.75 },
      neuralRenderingResolution: 128,
      camera: { radius: 2.7, pivot: [0, 0, 0], focal: 4.2647 },
    });
  });

  test('plane matrices put the named pair first', () => {
    const point = [2, 3, 5];
    const axis = { x: 0, y: 1, z: 2 };
    for (const name of ['xy', 'yx', 'xz', 'zx', 'yz', 'zy'] as const) {
      const [matrix] = parseConfig({ ...mini, plane_axes: [name, 'xy', 'xz'] }).planeAxes;
      // A permutation: its inverse is its transpose, and a row vector times that is the matrix times the vector.
      const place = matrix!.map((row) => row.reduce((sum, entry, i) => sum + entry * point[i]!, 0));
      expect(place.slice(0, 2)).toEqual([point[axis[name[0] as 'x']], point[axis[name[1] as 'x']]]);
    }
  });

  test.each<[string, unknown]>([
    ['plane_axes', ['xx', 'xy', 'xz']],
    ['superresolution', { block: 1 }],
    ['density_bias', 0],
    ['format_version', 2],
    ['box_warp', 'one'],
  ])('refuses %s = %j', (key, value) => {
    expect(() => parseConfig({ ...mini, [key]: value })).toThrow(/^config\./);
  });
});
