import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deflateSync } from 'fflate';
import {
  bytesSource,
  encodePerson,
  readBase,
  readPerson,
  type LoraConvention,
  type PersonFile,
} from '../../runtime/checkpoint/index.js';
import { packTensors, unpackTensors } from '../../runtime/checkpoint/person/personPack.js';
import { encodeValues, planSafetensors } from '../../runtime/checkpoint/safetensors/safetensorsEncode.js';
import { writePerson } from '../../runtime/checkpoint/person/writePerson.node.js';
import { AssetError } from '../../runtime/core/errors.js';
import { decodeHalf, encodeHalf } from '../../runtime/core/half.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import { golden } from './goldens.js';
import { moduleValue, networkPickle } from './networkWriter.js';
import { joinBytes } from './pickleWriter.js';
import { smallSizes, syntheticNetwork } from './syntheticNetwork.js';

const loading = readBase(bytesSource(golden('tiny-network.pkl')));
const layer = 'backbone.synthesis.b8.conv0';

function values(dims: readonly number[], scale = 1): Tensor {
  const data = Float32Array.from({ length: sizeOf(dims) }, (_, i) => scale * Math.sin(i + 1));
  return { dims, data: decodeHalf(encodeHalf(data)) };
}

async function person(change: Partial<PersonFile> = {}): Promise<PersonFile> {
  return {
    baseHash: (await loading).hash,
    convention: 'my3dgen',
    alpha: 1.5,
    rank: 2,
    tensors: new Map([
      [`${layer}.lora_A`, values([6, 288])],
      [`${layer}.lora_B`, values([32, 6], 1e-6)],
      [`${layer}.affine.lora_A`, values([2, 32])],
      [`${layer}.affine.lora_B`, values([32, 2])],
      [`set.${layer}.bias`, values([32])],
      [`set.${layer}.noise_strength`, values([])],
      ['anchors', values([5, 1, 32])],
      ['neutral', values([32])],
    ]),
    metadata: new Map([['name', 'Zoë']]),
    ...change,
  };
}

async function withTensor(name: string, dims: readonly number[] | null): Promise<PersonFile> {
  const tensors = new Map((await person()).tensors);
  if (dims) tensors.set(name, values(dims));
  else tensors.delete(name);
  return person({ tensors });
}

test('a person reads back bit for bit', async () => {
  const original = await person();
  const copy = await readPerson(bytesSource(encodePerson(original)), await loading);
  expect(copy).toEqual(original);
  expect(encodePerson(copy)).toEqual(encodePerson(original));
});

test('the standard convention, any rank, no rank stated', async () => {
  const tensors = new Map([
    [`${layer}.lora_A`, values([4, 288])],
    [`${layer}.lora_B`, values([32, 4])],
    ['backbone.synthesis.b4.torgb.lora_A', values([4, 32])],
    ['backbone.synthesis.b4.torgb.lora_B', values([96, 4])],
  ]);
  const stated = await person({ convention: 'standard', rank: 4, tensors });
  expect(await readPerson(bytesSource(encodePerson(stated)), await loading)).toEqual(stated);
  const unstated = Object.fromEntries(
    Object.entries(stated).filter(([key]) => key !== 'rank'),
  ) as unknown as PersonFile;
  expect(await readPerson(bytesSource(encodePerson(unstated)), await loading)).toEqual(unstated);
});

test('written whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'head-person-'));
  const path = join(folder, 'zoe.head');
  await writePerson(path, await person());
  expect(new Uint8Array(await readFile(path))).toEqual(encodePerson(await person()));
  await expect(writePerson(join(folder, 'none', 'x.head'), await person())).rejects.toMatchObject({
    code: 'asset/write',
  });
  await expect(writePerson(path, await person({ alpha: NaN }))).rejects.toMatchObject({ code: 'asset/person' });
  expect(await readdir(folder)).toEqual(['zoe.head']);
  await rm(folder, { recursive: true });
});

test('another base’s person is refused', async () => {
  const bytes = encodePerson(await person({ baseHash: 'ab'.repeat(32) }));
  await expect(readPerson(bytesSource(bytes), await loading)).rejects.toMatchObject({
    name: 'AssetError',
    code: 'asset/base',
    message: expect.stringContaining(`got one of ${'ab'.repeat(32)}`),
  });
  expect((await readPerson(bytesSource(bytes))).baseHash).toBe('ab'.repeat(32));
});

describe('tensors that do not fit the base', () => {
  test.each<[string, number[] | null, string]>([
    [`${layer}.lora_B`, null, `${layer}.lora_B: expected a tensor, got none`],
    [`${layer}.lora_B`, [32, 5], `${layer}.lora_B: expected 6 columns, the rows of its lora_A, got [32, 5]`],
    [`${layer}.lora_B`, [31, 6], `${layer}.lora_B: expected 32 rows, the outputs of ${layer}.weight, got [31, 6]`],
    [`${layer}.lora_A`, [6, 32], `${layer}.lora_A: expected 288 columns, the inputs of ${layer}.weight, got [6, 32]`],
    [`${layer}.affine.lora_A`, [2, 32, 1], `${layer}.affine.lora_A: expected two sizes`],
    [`set.${layer}.bias`, [31], `set.${layer}.bias: expected [32], got [31]`],
    ['set.nowhere.bias', [31], 'set.nowhere.bias: expected a base with nowhere.bias'],
    ['neutral', [31], 'neutral: expected 32 values, the width of w, got [31]'],
    ['anchors', [5, 32], 'expected anchors [n, num_ws or 1, w], got [5, 32]'],
    ['anchors', [5, 1, 31], 'anchors: expected 32 values each, the width of w, got [5, 1, 31]'],
  ])('%s %j', async (name, dims, message) => {
    const changed = await withTensor(name, dims);
    const reading = (async () => readPerson(bytesSource(encodePerson(changed)), await loading))();
    await expect(reading).rejects.toThrow(message);
  });

  test('a rank that is not the factors’ own', async () => {
    const bytes = encodePerson(await person({ rank: 3 }));
    await expect(readPerson(bytesSource(bytes), await loading)).rejects.toThrow(
      'affine.lora_A: expected 3 rows for rank 3',
    );
  });
});

describe('factors of a learned map', () => {
  const map = `${layer}.noise_const`;
  const sizes = { ...smallSizes, noisePerChannel: true };
  // conv0 of b8: 6 channels of 8 x 8.
  const perChannel = readBase(bytesSource(joinBytes(networkPickle(moduleValue(syntheticNetwork(sizes))))));

  async function read(convention: LoraConvention, a: number[], b: number[], rank = 2): Promise<PersonFile> {
    const base = await perChannel;
    const tensors = new Map([
      [`${map}.lora_A`, values(a)],
      [`${map}.lora_B`, values(b)],
    ]);
    const bytes = encodePerson(await person({ baseHash: base.hash, convention, rank, tensors }));
    return readPerson(bytesSource(bytes), base);
  }

  test.each<LoraConvention>(['my3dgen', 'standard'])('%s: as many rows as the rank', async (convention) => {
    const { tensors } = await read(convention, [2, 64], [6, 2]);
    expect(tensors.get(`${map}.lora_A`)).toEqual(values([2, 64]));
    expect(tensors.get(`${map}.lora_B`)).toEqual(values([6, 2]));
  });

  test.each<[number[], number[], string]>([
    [[2, 63], [6, 2], `${map}.lora_A: expected 64 columns, the inputs of ${map}, got [2, 63]`],
    [[2, 64], [5, 2], `${map}.lora_B: expected 6 rows, the outputs of ${map}, got [5, 2]`],
    [[2, 64], [6, 3], `${map}.lora_B: expected 2 columns, the rows of its lora_A, got [6, 3]`],
    [[6, 64], [6, 6], `${map}.lora_A: expected 2 rows for rank 2, got [6, 64]`],
  ])('A %j and B %j are refused', async (a, b, message) => {
    await expect(read('my3dgen', a, b)).rejects.toThrow(message);
  });

  test('refused where the base has one map for all channels', async () => {
    const tensors = new Map([
      [`${map}.lora_A`, values([2, 64])],
      [`${map}.lora_B`, values([32, 2])],
    ]);
    const bytes = encodePerson(await person({ tensors }));
    await expect(readPerson(bytesSource(bytes), await loading)).rejects.toThrow(
      `${map}.lora_A: expected a base with a learned map [O, H, W], got [8, 8]`,
    );
  });
});

/** As encodePerson wrote files before their tensors were packed. */
function versionOne({ baseHash, convention, alpha, rank, tensors }: PersonFile): Uint8Array<ArrayBuffer> {
  const metadata = new Map([
    ['format', 'personalized-head/person'],
    ['version', '1'],
    ['base', baseHash],
    ['convention', convention],
    ['alpha', String(alpha)],
    ['rank', String(rank)],
    ['name', 'Zoë'],
  ]);
  const plan = planSafetensors(
    [...tensors].map(([name, { dims }]) => ({ name, dims })),
    'F16',
    metadata,
  );
  const bytes = new Uint8Array(plan.size);
  bytes.set(plan.header);
  for (const [name, tensor] of tensors) bytes.set(encodeValues(name, tensor, 'F16'), plan.offsets.get(name));
  return bytes;
}

describe('files and their versions', () => {
  test('one of version 1 holds the same person', async () => {
    const original = await person();
    const bytes = versionOne(original);
    expect(await readPerson(bytesSource(bytes), await loading)).toEqual(original);
    expect(encodePerson(original).length).toBeLessThan(bytes.length);
  });

  test('one of a later version is refused', async () => {
    const text = new TextDecoder('latin1')
      .decode(encodePerson(await person()))
      .replace('"version":"2"', '"version":"3"');
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    // Some letters of latin1 are others in windows-1252, which TextDecoder means: the header alone must be whole.
    await expect(readPerson(bytesSource(bytes))).rejects.toMatchObject({ code: 'asset/version' });
  });

  test('a person without factors has an empty pack', async () => {
    const tensors = new Map([['neutral', values([32])]]);
    const { rank, ...none } = await person({ tensors });
    expect(rank).toBe(2);
    expect(await readPerson(bytesSource(encodePerson(none)), await loading)).toEqual(none);
  });

  test('names that the file itself uses are refused', async () => {
    const tensors = new Map([['packed', values([32])]]);
    const named = await person({ tensors });
    expect(() => encodePerson(named)).toThrow('expected another name than packed');
  });
});

describe('an index that does not fit', () => {
  const tensors = new Map([
    ['a.lora_A', values([2, 3])],
    ['a.lora_B', values([3, 2])],
  ]);
  const { packed, index } = packTensors(tensors);
  const lines = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(deflateSync(new TextEncoder().encode(text)));

  test('reads back, aligned', () => {
    expect(unpackTensors({ packed, index })).toEqual(tensors);
    expect(index.length % 8).toBe(0);
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['noise', Uint8Array.from({ length: 24 }, (_, i) => 255 - i)],
    ['too few values', lines('a.lora_A 2 3')],
    ['too many values', lines('a.lora_A 2 300')],
    ['a size that is none', lines('a.lora_A 2 x')],
    ['a negative size', lines('a.lora_A -2 -6')],
    ['a name twice', lines('a.lora_A 2 3\na.lora_A 2 3')],
    ['a name that is not packed', lines('anchors 2 3\na.lora_A 2 3')],
    ['too long', new Uint8Array(70_000)],
  ])('%s', (_, bad) => {
    expect(() => unpackTensors({ packed, index: bad })).toThrow(AssetError);
  });
});

describe('damaged and foreign files', () => {
  test('a base, a picture, nothing', async () => {
    await expect(readPerson(bytesSource(golden('tiny-g_ema.safetensors')))).rejects.toThrow(
      'person: expected format "personalized-head/person", got "pt".',
    );
    await expect(readPerson(bytesSource(golden('tiny-network.pkl')))).rejects.toMatchObject({ code: 'asset/person' });
    await expect(readPerson(bytesSource(new Uint8Array(0)))).rejects.toMatchObject({ code: 'asset/person' });
  });

  test('cut anywhere', async () => {
    const bytes = encodePerson(await person());
    for (let i = 0; i < 100; i++) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * i) / 100));
      await expect(readPerson(bytesSource(cut), await loading)).rejects.toMatchObject({ name: 'AssetError' });
    }
  });

  test('values too large for float16', async () => {
    const tensors = new Map([...(await person()).tensors, ['neutral', { dims: [1], data: Float32Array.of(7e4) }]]);
    const big = await person({ tensors });
    expect(() => encodePerson(big)).toThrow('neutral[0]: expected at most 65504 for float16, got 70000.');
  });
});
