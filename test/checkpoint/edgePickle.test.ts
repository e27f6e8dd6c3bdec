import { describe, expect, test } from '@jest/globals';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { ByteWindow } from '../../runtime/checkpoint/pickle/byteWindow.js';
import { LatinBytes, LazyBytes, LazyText } from '../../runtime/checkpoint/pickle/lazyPayload.js';
import { networkDialect, type PickleObject } from '../../runtime/checkpoint/pickle/networkDialect.js';
import type { NumpyArray } from '../../runtime/checkpoint/pickle/numpyValue.js';
import { readPickle } from '../../runtime/checkpoint/pickle/pickleReader.js';
import type { TorchTensor } from '../../runtime/checkpoint/pickle/torchTensor.js';
import { golden, goldenJson } from './goldens.js';

interface Expected {
  readonly dtype: string;
  readonly shape: number[];
  readonly stride: number[];
  readonly offset: number;
  readonly values: number[];
  readonly sum: number;
}

const all = goldenJson('edge-expected.json') as Record<string, unknown>;
const G_ema = all.G_ema as { readonly weight: number[][]; readonly bias: number[] };
const tensors = Object.entries(all).filter(([name]) => name !== 'G_ema' && name !== '_note') as [string, Expected][];

describe.each([2, 3, 4, 5])('edge cases, protocol %i', (protocol) => {
  const load = async () => {
    const root = await readPickle(new ByteWindow(bytesSource(golden(`edge-p${protocol}.pkl`)), 64), networkDialect);
    return root as Map<string, unknown>;
  };
  const item = (root: Map<string, unknown>, key: string) => root.get(key) as Map<string, unknown>;

  test('tensors have torch’s values exactly', async () => {
    const found = item(await load(), 'tensors');
    expect([...found.keys()].sort()).toEqual(tensors.map(([name]) => name).sort());
    for (const [name, expected] of tensors) {
      const tensor = found.get(name) as TorchTensor;
      const values = Array.from(await tensor.read(name), Number);
      expect(`torch.${await tensor.dtype()}`).toBe(expected.dtype);
      // The big one is a small copy in the short files.
      const short = name === 'big' && protocol !== 4;
      expect(tensor.dims).toEqual(short ? [30, 7] : expected.shape);
      if (!short) {
        expect(tensor.offset).toBe(expected.offset);
        expect(tensor.strides).toEqual(expected.stride);
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.sum, 3);
      }
      expect(values.slice(0, expected.values.length)).toEqual(expected.values);
      expect(values.length).toBe(tensor.dims.reduce((product, size) => product * size, 1));
    }
  });

  test('the module has its parameters', async () => {
    const generator = (await load()).get('G_ema') as PickleObject;
    const parameters = generator.state.get('_parameters') as Map<string, TorchTensor>;
    const weight = await parameters.get('weight')!.readFloat32('weight');
    const bias = await parameters.get('bias')!.readFloat32('bias');
    expect([...weight.data]).toEqual(G_ema.weight.flat());
    expect([...bias.data]).toEqual(G_ema.bias);
    expect(weight.dims).toEqual([G_ema.weight.length, G_ema.weight[0]!.length]);
  });

  test('numbers, dictionaries and shared objects', async () => {
    const root = await load();
    const kwargs = item(root, 'training_set_kwargs');
    expect(kwargs.get('class_name')).toBe('x');
    expect(kwargs.get('resolution')).toBe(512);
    expect((kwargs.get('nested') as Map<string, unknown>).get('a')).toEqual([
      ...[1, 2.5, null, true, false, 'é', -1, 255, 256, 65535, 65536, -70000, 2147483648, 1099511627776],
      -1180591620717411303424n,
      1e-300,
    ]);
    const shared = root.get('shared') as unknown[];
    expect(shared[0]).toBe(item(root, 'tensors').get('f32'));
  });

  test('numpy arrays and scalars', async () => {
    const found = item(await load(), 'numpy');
    const values = (name: string) => Array.from((found.get(name) as NumpyArray).values, Number);
    expect(values('a')).toEqual([0, 1, 2, 3, 4, 5]);
    expect((found.get('a') as NumpyArray).dims).toEqual([2, 3]);
    expect(values('f')).toEqual(values('a'));
    expect(found.get('s')).toBe(0.1);
    expect(found.get('s32')).toBe(Math.fround(0.1));
    expect(found.get('i')).toBe(7);
    expect(found.get('b')).toBe(true);
    expect(values('u8')).toEqual([0, 1, 2]);
  });

  test('bytes, long strings, sets', async () => {
    const misc = (await load()).get('misc') as unknown[];
    expect(misc[0]).toEqual(new TextEncoder().encode('bytes'));
    const long = misc[6];
    const text = long instanceof LazyText ? await long.read() : long;
    expect(text).toBe('x'.repeat(protocol === 4 ? 66000 : 700));
    expect(misc.slice(2, 5)).toEqual([[1, 2], [], new Map([['k', new Set([1, 3])]])]);
    const big = misc[1];
    const bytes = big instanceof LazyBytes || big instanceof LatinBytes ? await big.read() : (big as Uint8Array);
    expect(new Set(bytes)).toEqual(new Set([120]));
  });
});
