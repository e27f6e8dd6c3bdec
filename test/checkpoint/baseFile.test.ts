import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { importCheckpoint } from '../../runtime/checkpoint/base/importCheckpoint.node.js';
import { baseHash, bytesSource, readBase, type Base } from '../../runtime/checkpoint/index.js';
import { writeBase } from '../../runtime/checkpoint/base/writeBase.node.js';
import { decodeHalf, encodeHalf } from '../../runtime/core/half.js';
import { golden, goldenPath } from './goldens.js';

let folder = '';
let target = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'head-base-'));
  target = join(folder, 'base.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

const tiny = () => readBase(bytesSource(golden('tiny-network.pkl')));

async function readFileBase(path: string, options = {}): Promise<Base> {
  const source = await fileSource(path);
  try {
    return await readBase(source, options);
  } finally {
    await source.close();
  }
}

async function importTiny(options: Parameters<typeof importCheckpoint>[2] = {}) {
  const source = await fileSource(goldenPath('tiny-network.pkl'));
  try {
    return await importCheckpoint(source, target, options);
  } finally {
    await source.close();
  }
}

describe('import', () => {
  test('float32: the same weights, configuration and hash', async () => {
    const written = await importTiny();
    const [original, copy] = [await tiny(), await readFileBase(target, { verify: true })];
    expect(copy.config).toEqual(original.config);
    expect(copy.hash).toBe(original.hash);
    expect(written).toEqual({
      hash: original.hash,
      bytes: (await readFile(target)).length,
      tensors: original.tensors.size,
    });
    expect(new Map([...copy.tensors].sort())).toEqual(new Map([...original.tensors].sort()));
    expect(await readdir(folder)).toEqual(['base.safetensors']);
  });

  test('half: weights rounded, hash of the rounded weights', async () => {
    const { hash } = await importTiny({ half: true });
    const [original, copy] = [await tiny(), await readFileBase(target, { verify: true })];
    for (const [name, { data }] of original.tensors) {
      expect([name, copy.tensors.get(name)?.data]).toEqual([name, decodeHalf(encodeHalf(data))]);
    }
    expect(copy.hash).toBe(hash);
    expect(hash).not.toBe(original.hash);
    expect(await baseHash(copy.tensors)).toBe(hash);
  });

  test('a base file imports again to the same bytes', async () => {
    await importTiny();
    const again = join(folder, 'again.safetensors');
    await importCheckpoint(bytesSource(await readFile(target)), again);
    expect(await readFile(again)).toEqual(await readFile(target));
  });

  test('the header is sorted and aligned', async () => {
    await importTiny({ half: true });
    const bytes = await readFile(target);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { data_offsets: number[] }>;
    const [metadata, ...names] = Object.keys(header);
    expect(length % 8).toBe(0);
    expect(metadata).toBe('__metadata__');
    expect(names).toEqual([...names].sort());
    expect(header.__metadata__).toMatchObject({ format: 'personalized-head/base', version: '1', licence: '' });
  });

  test.each([0, 0.3, 1])('an abort at %d leaves nothing', async (at) => {
    const controller = new AbortController();
    const onProgress = (fraction: number) => {
      if (fraction >= at) controller.abort(new Error('enough'));
    };
    await expect(importTiny({ onProgress, signal: controller.signal })).rejects.toThrow('enough');
    expect(await readdir(folder)).toEqual([]);
  });

  test('an abort leaves a file that was there as it was', async () => {
    await writeFile(target, 'precious');
    const signal = AbortSignal.abort(new Error('never'));
    await expect(importTiny({ signal })).rejects.toThrow('never');
    expect(await readFile(target, 'utf8')).toBe('precious');
  });

  test('a target that cannot be written is our error', async () => {
    target = join(folder, 'none', 'base.safetensors');
    await expect(importTiny()).rejects.toMatchObject({ code: 'asset/write' });
    target = join(folder, 'directory');
    await mkdir(target);
    await expect(importTiny()).rejects.toMatchObject({ code: 'asset/write' });
    expect(await readdir(folder)).toEqual(['directory']);
  });
});

describe('write', () => {
  const withValue = async (value: number): Promise<Base> => {
    const base = await tiny();
    const data = Float32Array.from(base.tensors.get('decoder.net.0.bias')!.data);
    data[3] = value;
    return { ...base, tensors: new Map([...base.tensors, ['decoder.net.0.bias', { dims: [64], data }]]) };
  };

  test.each([
    [65600, 'numeric/half-range'],
    [NaN, 'numeric/finite'],
    [-Infinity, 'numeric/finite'],
  ])('%d does not fit half', async (value, code) => {
    await expect(writeBase(target, await withValue(value), { half: true })).rejects.toMatchObject({
      name: 'NumericError',
      code,
      message: expect.stringContaining('decoder.net.0.bias[3]'),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('65600 fits float32', async () => {
    await writeBase(target, await withValue(65600));
    expect((await readFileBase(target)).tensors.get('decoder.net.0.bias')!.data[3]).toBe(65600);
  });

  test('changed weights are found when asked', async () => {
    await writeBase(target, await tiny());
    const bytes = await readFile(target);
    bytes[bytes.length - 8]! ^= 1;
    await expect(readBase(bytesSource(bytes), { verify: true })).rejects.toMatchObject({ code: 'asset/hash' });
    await expect(readBase(bytesSource(bytes))).resolves.toBeDefined();
  });
});

describe('read', () => {
  test('a bare safetensors file needs a configuration', async () => {
    await expect(readBase(bytesSource(golden('tiny-g_ema.safetensors')))).rejects.toThrow(/Pass one \(--config\)/);
  });

  test('a file of a later version is refused', async () => {
    await writeBase(target, await tiny());
    const bytes = await readFile(target);
    const at = bytes.indexOf('"version":"1"');
    bytes.write('"version":"2"', at);
    await expect(readBase(bytesSource(bytes))).rejects.toMatchObject({ code: 'asset/version' });
  });

  test('an abort stops it', async () => {
    const controller = new AbortController();
    const onProgress = (fraction: number) => {
      if (fraction > 0.5) controller.abort(new Error('stop'));
    };
    const reading = readBase(bytesSource(golden('tiny-network.pkl')), { onProgress, signal: controller.signal });
    await expect(reading).rejects.toThrow('stop');
  });
});

test('a counter beside the weights, as state dictionaries have them, is left out', async () => {
  const base = Buffer.from(await readFile('assets/base.safetensors'));
  const begin = 8 + Number(base.readBigUInt64LE(0));
  const header = JSON.parse(base.subarray(8, begin).toString()) as Record<string, unknown>;
  const end = base.length - begin;
  header['backbone.synthesis.b4.steps'] = { dtype: 'I64', shape: [], data_offsets: [end, end + 8] };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const bytes = new Uint8Array(Buffer.concat([length, text, base.subarray(begin), Buffer.alloc(8)]));
  expect((await readBase(bytesSource(bytes))).tensors.size).toBe(Object.keys(header).length - 2);
});
