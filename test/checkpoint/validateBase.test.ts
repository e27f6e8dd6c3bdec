import { describe, expect, test } from '@jest/globals';
import { bytesSource, readBase, validateBase, type Base } from '../../runtime/checkpoint/index.js';
import { sizeOf } from '../../runtime/core/tensor.js';
import { moduleValue, networkPickle } from './networkWriter.js';
import { joinBytes } from './pickleWriter.js';
import { smallSizes, syntheticNetwork } from './syntheticNetwork.js';

const sizes = {
  ...smallSizes,
  superresolution: {
    className: 'SuperresolutionHybrid2X',
    inputResolution: 8,
    widths: [5, 3],
    upsample: [false, true],
  },
};

function load(): Promise<Base> {
  return readBase(bytesSource(joinBytes(networkPickle(moduleValue(syntheticNetwork(sizes))))));
}

describe('wrong sizes', () => {
  test.each<[string, number[] | null, string]>([
    ['backbone.mapping.w_avg', [8], 'backbone.mapping.fc1.weight: expected [8, *]'],
    ['backbone.mapping.fc1.weight', [7, 6], 'backbone.mapping.fc1.weight: expected [*, 7]'],
    ['backbone.mapping.fc0.weight', null, 'backbone.mapping.fc0.weight: expected a tensor, got none'],
    ['backbone.mapping.fc0.weight', [7, 7], 'expected [*, 8] (z and the embedded camera), got [7, 7]'],
    ['backbone.mapping.embed.bias', [3], 'backbone.mapping.embed.bias: expected [7], got [3]'],
    ['backbone.synthesis.b4.const', [6, 4, 5], 'backbone.synthesis.b4.const: expected [*, 4, 4], got [6, 4, 5]'],
    ['backbone.synthesis.b8.conv0.weight', [6, 5, 3, 3], 'b8.conv0.weight: expected [*, 6, 3, 3]'],
    ['backbone.synthesis.b8.conv1.weight', [5, 6, 5, 5], 'b8.conv1.weight: expected [*, 6, 3, 3]'],
    ['backbone.synthesis.b8.conv1.affine.weight', [6, 9], 'b8.conv1.affine.weight: expected [6, 7] (in, w)'],
    ['backbone.synthesis.b8.conv1.noise_const', [4, 4], 'b8.conv1.noise_const: expected [8, 8], got [4, 4]'],
    ['backbone.synthesis.b8.conv1.noise_const', [4, 8, 8], 'b8.conv1.noise_const: expected [5, 8, 8], got [4, 8, 8]'],
    ['backbone.synthesis.b8.conv1.noise_strength', [1], 'b8.conv1.noise_strength: expected [], got [1]'],
    ['backbone.synthesis.b16.torgb.weight', [12, 3, 1, 1], 'b16.torgb.weight: expected [9, 3, 1, 1]'],
    ['decoder.net.0.weight', [9, 4], 'decoder.net.0.weight: expected [*, 3] (hidden, 9 backbone outputs / 3 planes)'],
    ['decoder.net.2.weight', [7, 8], 'decoder.net.2.weight: expected [*, 9] (out, hidden), got [7, 8]'],
    ['superresolution.block0.conv0.weight', [5, 7, 3, 3], 'block0.conv0.weight: expected [*, 6, 3, 3]'],
    ['superresolution.block1.torgb.weight', [4, 3, 1, 1], 'block1.torgb.weight: expected [3, 3, 1, 1]'],
    ['superresolution.block1.conv0.noise_const', [8, 8], 'block1.conv0.noise_const: expected [16, 16], got [8, 8]'],
  ])('%s %j', async (name, dims, message) => {
    const base = await load();
    const tensors = new Map(base.tensors);
    if (dims) tensors.set(name, { dims, data: new Float32Array(sizeOf(dims)) });
    else tensors.delete(name);
    expect(() => validateBase({ ...base, tensors })).toThrow(message);
  });

  test('a hole between blocks', async () => {
    const base = await load();
    const tensors = new Map([...base.tensors].filter(([name]) => !name.includes('.b8.')));
    expect(() => validateBase({ ...base, tensors })).toThrow('expected blocks b of 4, 8, 16, ..., got 4, 16');
  });

  test('super-resolution must be as configured', async () => {
    const base = await load();
    const config = { ...base.config, superresolution: null };
    expect(() => validateBase({ ...base, config })).toThrow('expected 0 blocks as the configuration says, got 2');
  });
});

test('values that are not finite are named', async () => {
  const base = await load();
  const { dims, data } = base.tensors.get('backbone.synthesis.b4.const')!;
  const bad = Float32Array.from(data);
  bad[17] = NaN;
  const tensors = new Map([...base.tensors, ['backbone.synthesis.b4.const', { dims, data: bad }]]);
  expect(() => validateBase({ ...base, tensors })).toThrow('backbone.synthesis.b4.const[17]: expected a finite number');
});

test('reading refuses them too', async () => {
  const network = syntheticNetwork(sizes);
  network.tensors.get('decoder.net.0.bias')!.data[2] = Infinity;
  const reading = readBase(bytesSource(joinBytes(networkPickle(moduleValue(network)))));
  await expect(reading).rejects.toMatchObject({ name: 'NumericError', code: 'numeric/finite' });
});
