import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { importCheckpoint } from '../../runtime/checkpoint/base/importCheckpoint.node.js';
import { bytesSource, readBase } from '../../runtime/checkpoint/index.js';
import { AssetError, HeadError } from '../../runtime/core/errors.js';
import { golden } from './goldens.js';
import { moduleValue, networkPickle } from './networkWriter.js';
import { joinBytes } from './pickleWriter.js';
import { smallSizes, syntheticNetwork } from './syntheticNetwork.js';

const tiny = golden('tiny-network.pkl');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'head-damaged-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function failure(step: Promise<unknown>): Promise<unknown> {
  try {
    await step;
    return undefined;
  } catch (error) {
    return error;
  }
}

test('a pickle cut anywhere is refused and leaves no file', async () => {
  for (let i = 0; i < 200; i++) {
    const cut = Math.floor((tiny.length - 1) * (i / 200) ** (i % 2 === 0 ? 1 : 3));
    const error = await failure(importCheckpoint(bytesSource(tiny.subarray(0, cut)), join(folder, 'cut.safetensors')));
    if (!(error instanceof AssetError)) throw new Error(`cut at ${cut}`, { cause: error });
  }
  expect(await readdir(folder)).toEqual([]);
});

describe('flipped bytes end well or with our own error', () => {
  /** Deterministic, so that a failure can be repeated. */
  const random = (seed: number) => () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const fuzz = async (file: Uint8Array, seeds: number, config?: unknown) => {
    let read = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const next = random(seed * 7919);
      const bytes = file.slice();
      const flips = 1 + Math.floor(next() * 12);
      for (let i = 0; i < flips; i++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
      const error = await failure(readBase(bytesSource(bytes), { config }));
      if (error === undefined) read++;
      else if (!(error instanceof HeadError)) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    return read;
  };
  const small = syntheticNetwork({ ...smallSizes, widths: [[2, 2]] });
  const one = joinBytes(networkPickle(moduleValue(small)));

  test('tiny network pickle', async () => {
    await fuzz(tiny, 60);
  });

  test.each([2, 3, 5])('small pickle, protocol %i: nearly every byte is structure', async (protocol) => {
    await fuzz(joinBytes(networkPickle(moduleValue(small), protocol)), 150);
  });

  test('safetensors header', async () => {
    const { config } = await readBase(bytesSource(tiny));
    const file = golden('tiny-g_ema.safetensors').slice(0, 13000);
    expect(await fuzz(file, 100, config)).toBe(0);
  });

  test('the unflipped small pickle reads', async () => {
    expect((await readBase(bytesSource(one))).tensors.size).toBe(small.tensors.size);
  });
});

describe('foreign files', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(0), /got an empty file/],
    ['PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), /got a PNG image/],
    ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), /torch\.save/],
    ['text', new TextEncoder().encode('hello there'), /begins with 68 65 6c/],
    ['pickle of a number', Uint8Array.of(0x80, 4, 0x4b, 1, 0x2e), /generator 'G_ema', got none/],
  ];
  test.each(cases)('%s', async (_name, bytes, message) => {
    await expect(readBase(bytesSource(bytes))).rejects.toThrow(message);
    await expect(readBase(bytesSource(bytes))).rejects.toBeInstanceOf(AssetError);
  });

  test('a directory, a missing file', async () => {
    await expect(fileSource(folder)).rejects.toMatchObject({ code: 'asset/not-a-file' });
    await expect(fileSource(join(folder, 'none.pkl'))).rejects.toMatchObject({ code: 'asset/not-found' });
  });

  test('a file that shrinks while it is read', async () => {
    const path = join(folder, 'shrinks.bin');
    await writeFile(path, tiny);
    const source = await fileSource(path);
    await writeFile(path, tiny.subarray(0, 100));
    await expect(readBase(source)).rejects.toMatchObject({ code: 'asset/truncated' });
    await source.close();
    await rm(path);
  });
});

describe('hostile pickles', () => {
  const bytes = (...parts: (number | number[])[]) => Uint8Array.from([0x80, 4, ...parts.flat(), 0x2e]);
  const cases: [string, Uint8Array][] = [
    ['an absurd length', bytes(0x8e, [255, 255, 255, 255, 255, 255, 255, 127])],
    ['a huge integer', bytes(0x8b, [0, 0, 0, 127])],
    ['an unknown memo', bytes(0x68, 9)],
    ['an empty stack', bytes(0x52)],
    ['a mark that is missing', bytes(0x74)],
    ['an unknown opcode', bytes(0x69)],
    ['a later protocol', Uint8Array.of(0x80, 4, 0x80, 9, 0x2e)],
    ['appending to a number', bytes(0x4b, 1, 0x4b, 1, 0x61)],
    ['a list that holds itself', bytes(0x5d, 0x94, 0x68, 0, 0x61)],
  ];
  test.each(cases)('%s', async (_name, file) => {
    await expect(readBase(bytesSource(file))).rejects.toMatchObject({ name: 'AssetError' });
  });

  test('a module inside itself', async () => {
    const text = (value: string) => [0x8c, value.length, ...new TextEncoder().encode(value)];
    const object = [...text('training.x'), ...text('X'), 0x93, 0x29, 0x81, 0x94];
    const state = [0x7d, ...text('_modules'), 0x7d, ...text('a'), 0x68, 0, 0x73, 0x73, 0x62];
    const root = bytes(0x7d, text('G_ema'), object, state, 0x73);
    await expect(readBase(bytesSource(root))).rejects.toThrow(/got a cycle/);
  });

  test('names of object prototypes are only names', async () => {
    const network = syntheticNetwork({ ...smallSizes, widths: [[2, 2]] });
    const tensors = new Map(network.tensors);
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty.toString']) {
      tensors.set(name, { dims: [1], data: Float32Array.of(1) });
    }
    const base = await readBase(bytesSource(joinBytes(networkPickle(moduleValue({ ...network, tensors })))));
    expect(base.tensors.size).toBe(network.tensors.size);
    expect(({} as Record<string, unknown>)['0']).toBeUndefined();
  });
});
