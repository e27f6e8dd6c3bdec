import { describe, expect, test } from '@jest/globals';
import { focalFromFov } from '../../runtime/camera/lookAt.js';
import { bytesSource, blobSource, readBase, type Base } from '../../runtime/checkpoint/index.js';
import { golden, goldenJson } from './goldens.js';
import { moduleValue, networkPickle } from './networkWriter.js';
import { joinBytes, PyCall, type Py } from './pickleWriter.js';
import { eg3dAxes, smallSizes, syntheticNetwork, type NetworkSizes } from './syntheticNetwork.js';

const tinyConfig = {
  mapping: { lrMultiplier: 0.01, conditioningScale: 1 },
  backbone: { convClamp: null },
  decoder: { lrMultiplier: 1 },
  superresolution: {
    inputResolution: 32,
    resizeWhen: 'different',
    antialias: true,
    noiseMode: 'none',
    convClamp: 256,
    upsample: [true, true],
  },
  rendering: {
    depthResolution: 12,
    depthResolutionImportance: 10,
    rayStart: 2.25,
    rayEnd: 3.3,
    boxWarp: 1,
    disparitySpaceSampling: false,
    whiteBack: false,
  },
  neuralRenderingResolution: 16,
  planeAxes: [0, 9, 18].map((plane) => [0, 3, 6].map((row) => eg3dAxes.slice(plane + row, plane + row + 3))),
  camera: { radius: 2.7, pivot: [0, 0, 0.2], focal: focalFromFov(18.837) },
  licence: '',
};

function bits(base: Base): Map<string, string> {
  const sorted = [...base.tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([name, { dims, data }]) => [
      name,
      `${dims.join('x')} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`,
    ]),
  );
}

function readSynthetic(sizes: NetworkSizes, options: Readonly<Record<string, Py>> = {}, protocol = 4): Promise<Base> {
  const pieces = networkPickle(moduleValue(syntheticNetwork(sizes, options)), protocol);
  return readBase(bytesSource(joinBytes(pieces)));
}

describe('the tiny golden network', () => {
  test('has the tensors of the safetensors file, bit for bit, and the same hash', async () => {
    const pickle = await readBase(blobSource(new Blob([golden('tiny-network.pkl')])));
    const bare = await readBase(bytesSource(golden('tiny-g_ema.safetensors')), { config: pickle.config });
    const { configs } = goldenJson('manifest.json') as {
      configs: { tiny: { tensors: Record<string, { shape: number[] }> } };
    };
    expect(bits(pickle)).toEqual(bits(bare));
    expect(pickle.hash).toBe(bare.hash);
    for (const [name, { shape }] of Object.entries(configs.tiny.tensors)) {
      expect([name, pickle.tensors.get(name)?.dims]).toEqual([name, shape]);
    }
    expect(pickle.tensors.has('dataset_label_std')).toBe(false);
  });

  test('gives its configuration', async () => {
    const { config } = await readBase(bytesSource(golden('tiny-network.pkl')));
    expect(config).toEqual(tinyConfig);
  });

  test('progress rises to 1', async () => {
    const seen: number[] = [];
    await readBase(bytesSource(golden('tiny-network.pkl')), { onProgress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
  });

  test('a configuration that is passed replaces its own', async () => {
    const config = { ...tinyConfig, neuralRenderingResolution: 24 };
    const base = await readBase(bytesSource(golden('tiny-network.pkl')), { config });
    expect(base.config.neuralRenderingResolution).toBe(24);
  });
});

describe('generators of other sizes', () => {
  const sr = (className: string, inputResolution: number, upsample: boolean[]) => ({
    ...smallSizes,
    superresolution: { className, inputResolution, widths: [5, 3], upsample },
  });
  const cases: [string, NetworkSizes][] = [
    [
      'odd widths',
      {
        ...smallSizes,
        widths: [
          [3, 11],
          [7, 1],
          [13, 5],
          [2, 9],
        ],
      },
    ],
    ['three mapping layers', { ...smallSizes, mappingLayers: 3 }],
    ['one mapping layer, no conditioning', { ...smallSizes, mappingLayers: 1, c: 0 }],
    ['noise for each channel', { ...smallSizes, noisePerChannel: true }],
    ['one block', { ...smallSizes, widths: [[2, 2]] }],
    ['2X', sr('SuperresolutionHybrid2X', 8, [false, true])],
    ['4X', sr('SuperresolutionHybrid4X', 12, [false, true])],
    ['8X', sr('SuperresolutionHybrid8X', 10, [true, true])],
  ];

  test.each(cases)('%s', async (_name, sizes) => {
    const network = syntheticNetwork(sizes);
    const base = await readBase(bytesSource(joinBytes(networkPickle(moduleValue(network)))));
    expect(bits(base)).toEqual(bits({ ...base, tensors: network.tensors }));
    const { superresolution: wanted } = sizes;
    expect(base.config.superresolution).toEqual(
      wanted && {
        inputResolution: wanted.inputResolution,
        resizeWhen: wanted.className.endsWith('4X') ? 'smaller' : 'different',
        antialias: true,
        noiseMode: 'none',
        convClamp: 256,
        upsample: wanted.upsample,
      },
    );
  });

  test.each([2, 3, 4, 5])('protocol %i, long storages', async (protocol) => {
    const sizes = { ...smallSizes, w: 90, z: 80 };
    const base = await readSynthetic(sizes, {}, protocol);
    expect(bits(base)).toEqual(bits({ ...base, tensors: syntheticNetwork(sizes).tensors }));
  });
});

describe('rendering options', () => {
  const config = async (options: Readonly<Record<string, Py>>) => (await readSynthetic(smallSizes, options)).config;

  test('conditioning is zeroed by c_gen_conditioning_zero and by a missing c_scale', async () => {
    expect((await config({ c_scale: 0.5 })).mapping.conditioningScale).toBe(0.5);
    expect((await config({ c_gen_conditioning_zero: true })).mapping.conditioningScale).toBe(0);
    expect((await config({ c_scale: null })).mapping.conditioningScale).toBe(0);
  });

  test('rays, background, camera', async () => {
    const found = await config({
      ray_start: 'auto',
      ray_end: 'auto',
      white_back: true,
      avg_camera_radius: 1.7,
      avg_camera_pivot: [0, 0.05, 0],
    });
    expect(found.rendering).toMatchObject({ rayStart: 'auto', rayEnd: 'auto', whiteBack: true });
    expect(found.camera).toEqual({ radius: 1.7, pivot: [0, 0.05, 0], focal: focalFromFov(18.837) });
  });

  test.each<[string, Record<string, Py>, RegExp]>([
    ['clamp_mode', { clamp_mode: 'relu' }, /clamp_mode: expected "softplus", got "relu"/],
    ['box_warp', { box_warp: null }, /boxWarp: expected a number greater than 0, got null/],
    ['ray_end', { ray_end: 'auto' }, /rayEnd: expected "auto" for both/],
    ['depth', { depth_resolution: 2.5 }, /depthResolution: expected a whole number/],
  ])('refuses an impossible %s', async (_name, options, message) => {
    await expect(config(options)).rejects.toThrow(message);
  });

  test('layers that disagree about their clamp are refused', async () => {
    const network = syntheticNetwork(smallSizes);
    const modules = {
      ...network.modules,
      'backbone.synthesis.b8.conv1': { attributes: { conv_clamp: 256, up: 1 } },
    };
    const bytes = joinBytes(networkPickle(moduleValue({ ...network, modules })));
    await expect(readBase(bytesSource(bytes))).rejects.toThrow(/expected one conv_clamp for all layers/);
  });
});

test('a StyleGAN2 generator is no EG3D generator', async () => {
  const network = syntheticNetwork(smallSizes);
  const tensors = new Map([...network.tensors].filter(([name]) => name.startsWith('backbone.')));
  const strip = (name: string) => name.replace('backbone.', '');
  const generator = moduleValue({
    tensors: new Map([...tensors].map(([name, tensor]) => [strip(name), tensor])),
    modules: { '': { className: 'Generator' } },
  });
  await expect(readBase(bytesSource(joinBytes(networkPickle(generator))))).rejects.toMatchObject({
    code: 'asset/network',
    message: expect.stringContaining('got a Generator without backbone.mapping'),
  });
});

test('a package that vendors EG3D is read as EG3D’s own, and a fork is not called damaged', async () => {
  const text = (value: string): number[] => [0x8c, value.length, ...new TextEncoder().encode(value)];
  const hollow = (module: string, name: string): Uint8Array =>
    Uint8Array.of(0x80, 4, 0x7d, ...text('G_ema'), ...text(module), ...text(name), 0x93, 0x29, 0x81, 0x73, 0x2e);
  const read = (module: string, name: string): Promise<unknown> => readBase(bytesSource(hollow(module, name)));
  await expect(read('eg3d.training.triplane', 'TriPlaneGenerator')).rejects.toMatchObject({
    code: 'asset/network',
    message: expect.stringContaining('expected an EG3D generator, got a TriPlaneGenerator without backbone.mapping'),
  });
  await expect(read('my_lib.models', 'Net')).rejects.toMatchObject({
    code: 'asset/global',
    message: expect.stringMatching(/got 'my_lib\.models\.Net'\. The file was written by another program or a fork/),
  });
  await expect(read('\x01', 'Net')).rejects.toMatchObject({ message: expect.stringContaining('damaged') });
});

test('an unknown name is refused with its place, and nothing runs', async () => {
  const bytes = joinBytes(networkPickle(new PyCall('os', 'system', ['touch hacked'])));
  await expect(readBase(bytesSource(bytes))).rejects.toMatchObject({
    name: 'AssetError',
    code: 'asset/global',
    message: expect.stringMatching(/^pickle byte \d+: .*'os.system'/),
  });
});
