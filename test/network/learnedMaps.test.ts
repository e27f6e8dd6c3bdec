import { describe, expect, test } from '@jest/globals';
import type { Base, LoraConvention, PersonFile } from '../../runtime/checkpoint/index.js';
import { AssetError, ShapeError } from '../../runtime/core/errors.js';
import { Generator } from '../../runtime/generator/generator.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { personAdaptation, personFeeds } from '../../runtime/network/person.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { tolerance } from '../core/manifest.js';
import { expectClose, maxAbs } from '../harness/compare.js';
import { mapPerson, mergedMaps, withChannelMaps } from './channelMaps.js';
import { withTensors } from './persons.js';
import { cpu, goldenTensorOf, repeatW } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

async function planesOf(base: Base, person?: PersonFile): Promise<Float32Array> {
  const generator = new Generator(base, await cpu(), person ? { person } : {});
  try {
    return (await generator.planes(repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8))).data!;
  } finally {
    await generator.dispose();
  }
}

describe.each<[LoraConvention, number, number]>([
  ['my3dgen', 1, 1],
  ['my3dgen', 2, 3],
  ['standard', 4, 3],
])('factors of learned maps: %s, rank %i, alpha %i', (convention, rank, alpha) => {
  test('give what a base that holds the sum gives', async () => {
    const base = withChannelMaps(await tinyBase());
    const person = mapPerson(base, rank, alpha, convention);
    // Every convolution of the backbone, conv0 absent in b4: 7 pairs.
    expect(person.tensors.size).toBe(14);
    const fed = await planesOf(base, person);
    expectClose(fed, await planesOf(mergedMaps(base, person)), tolerance('planes'), 'planes');
    expect(maxAbs(fed, await planesOf(base))).toBeGreaterThan(100 * tolerance('planes'));
  });

  test('B = 0 is the base, bit for bit', async () => {
    const base = withChannelMaps(await tinyBase());
    const none = withTensors(mapPerson(base, rank, alpha, convention), (name, value) =>
      name.endsWith('_B') ? { dims: value.dims, data: new Float32Array(value.data.length) } : value,
    );
    expectClose(await planesOf(base, none), await planesOf(base), 0, 'planes');
  });
});

describe('errors', () => {
  const map = 'backbone.synthesis.b8.conv1.noise_const';
  const resized = (base: Base, tensor: string, dims: readonly [number, number]): PersonFile =>
    withTensors(mapPerson(base, 1, 1, 'my3dgen'), (name, value) =>
      name === tensor ? { dims, data: new Float32Array(dims[0] * dims[1]) } : value,
    );

  test('a base whose maps are one for all channels', async () => {
    const plain = await tinyBase();
    const adaptation = personAdaptation(mapPerson(withChannelMaps(plain), 1, 1, 'my3dgen'));
    const build = () => synthesisGraph(plain, { adaptation });
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(/b4\.conv1\.noise_const: expected a learned map \[O, H, W\].*got \[4, 4\]\. Learn/);
  });

  test('a map of another size', async () => {
    const base = withChannelMaps(await tinyBase());
    const person = resized(base, `${map}.lora_A`, [1, 63]);
    await expect(planesOf(base, person)).rejects.toThrow(/noise_const\.lora_A: expected \[1, 64\], got \[1, 63\]/);
  });

  test('other channels', async () => {
    const base = withChannelMaps(await tinyBase());
    const person = resized(base, `${map}.lora_B`, [31, 1]);
    expect(() => personFeeds(person, networkLayout(base))).toThrow(
      /b8\.conv1\.noise_const: expected A \[r, H W\] and B \[32, r\].*\[31, 1\]/,
    );
  });

  test('half a pair', async () => {
    const base = withChannelMaps(await tinyBase());
    const { tensors, ...person } = mapPerson(base, 1, 1, 'my3dgen');
    const half = new Map([...tensors].filter(([name]) => name !== `${map}.lora_A`));
    expect(() => personFeeds({ ...person, tensors: half }, networkLayout(base))).toThrow(
      /b8\.conv1\.noise_const: expected A \[r, H W\] and B \[32, r\], got none and \[32, 1\]/,
    );
  });

  test('a map of a layer that has none', async () => {
    const base = withChannelMaps(await tinyBase());
    const { tensors, ...person } = mapPerson(base, 1, 1, 'my3dgen');
    const rgb = 'backbone.synthesis.b8.torgb.noise_const';
    const more = new Map([
      ...tensors,
      [`${rgb}.lora_A`, { dims: [1, 64], data: new Float32Array(64) }],
      [`${rgb}.lora_B`, { dims: [96, 1], data: new Float32Array(96) }],
    ]);
    expect(() => personFeeds({ ...person, tensors: more }, networkLayout(base))).toThrow(AssetError);
    expect(() => personFeeds({ ...person, tensors: more }, networkLayout(base))).toThrow(/torgb.* belongs to no layer/);
  });
});
