import { describe, expect, test } from '@jest/globals';
import {
  bytesSource,
  encodePerson,
  readPerson,
  type Base,
  type LoraConvention,
} from '../../runtime/checkpoint/index.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { decodeHalf, encodeHalf } from '../../runtime/core/half.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import { countNumbers, personParts, type PersonPart } from '../../runtime/network/personLayout.js';
import { manifest } from '../core/manifest.js';
import { hashedPerson } from './persons.js';
import { learnedMapBase } from './learnedMaps.js';
import { tinyBase } from './tinyBase.js';

/** The sizes of EG3D's published generator without its 30.6 million numbers. */
async function publishedSizes(): Promise<Base> {
  const { config, hash } = await tinyBase();
  const data = new Float32Array(0);
  const tensors = new Map<string, Tensor>(
    Object.entries(manifest.configs.full.tensors).map(([name, { shape }]) => [name, { dims: shape, data }]),
  );
  return { config, hash, tensors };
}

const options = (rank: number, replacements: boolean, convention: LoraConvention = 'my3dgen', maps = false) => ({
  rank,
  replacements,
  convention,
  maps,
});
const numbersOf = (parts: readonly PersonPart[], pattern: RegExp): number =>
  countNumbers(parts.filter(({ name }) => pattern.test(name)));

describe('a person of EG3D’s published size', () => {
  // The figures that My3DGen's code prints and that follow from it; facts my3dgen.md 1.4.
  test('has the 243,965 numbers of the paper at rank 1', async () => {
    const parts = personParts(await publishedSizes(), options(1, true));
    expect(numbersOf(parts, /\.lora_[AB]$/)).toBe(219_174);
    expect(numbersOf(parts, /^superresolution\..*\.lora_[AB]$/)).toBe(24_966);
    expect(numbersOf(parts, /\.affine\.lora_[AB]$/)).toBe(23_072);
    expect(numbersOf(parts, /^set\..*(bias|noise_strength)$/)).toBe(16_599);
    expect(numbersOf(parts, /^set\.backbone\.synthesis\.b4\.const$/)).toBe(8_192);
    expect(countNumbers(parts)).toBe(243_965);
  });

  test.each([
    [0, 24_791],
    [2, 463_139],
    [4, 901_487],
    [8, 1_778_183],
  ])('rank %i: %i', async (rank, numbers) => {
    expect(countNumbers(personParts(await publishedSizes(), options(rank, true)))).toBe(numbers);
  });

  test('without replacements it has factors alone, and none at rank 0', async () => {
    const base = await publishedSizes();
    expect(countNumbers(personParts(base, options(2, false)))).toBe(438_348);
    expect(personParts(base, options(0, false))).toEqual([]);
    // Maps [H, W] of the published base get no factors.
    expect(personParts(base, options(2, false, 'my3dgen', true))).toEqual(personParts(base, options(2, false)));
  });

  test('takes two bytes a number and a short header, under 0.49 MB, and reads back', async () => {
    const parts = personParts(await publishedSizes(), options(1, true));
    const tensors = new Map(
      parts.map(({ name, dims }) => {
        const key = hashKey(name);
        const data = Float32Array.from({ length: sizeOf(dims) }, (_, i) => 2 * hashUniform(key, i) - 1);
        return [name, { dims, data: decodeHalf(encodeHalf(data)) }];
      }),
    );
    const person = { baseHash: '5e'.repeat(32), convention: 'my3dgen', alpha: 1, rank: 1 } as const;
    const bytes = encodePerson({ ...person, tensors, metadata: new Map([['method', 'lora-1']]) });
    expect(bytes.length).toBeGreaterThan(2 * 243_965);
    expect(bytes.length).toBeLessThan(490_000);
    expect((await readPerson(bytesSource(bytes))).tensors).toEqual(tensors);
  });
});

describe('personParts', () => {
  test.each(['my3dgen', 'standard'] as const)(
    '%s: names and sizes are those a person of the goldens has',
    async (convention) => {
      const base = await tinyBase();
      const parts = personParts(base, options(2, false, convention));
      const { tensors } = hashedPerson(base, { convention, rank: 2, alpha: 2 });
      const sizes = (entries: Iterable<readonly [string, readonly number[]]>) => [...entries].sort();
      expect(sizes(parts.map(({ name, dims }) => [name, dims]))).toEqual(
        sizes([...tensors].map(([name, { dims }]) => [name, dims])),
      );
      for (const { name, role } of parts) expect(role).toBe(name.endsWith('_A') ? 'factorA' : 'factorB');
    },
  );

  test('learned maps [O, H, W] get factors where they are asked for, maps [H, W] none', async () => {
    const base = await learnedMapBase();
    const parts = personParts(base, options(3, false, 'standard', true));
    const maps = parts.filter(({ name }) => name.includes('.noise_const.'));
    expect(maps).toHaveLength(2 * 6);
    expect(maps.slice(0, 2)).toEqual([
      { name: 'backbone.synthesis.b8.conv0.noise_const.lora_A', dims: [3, 64], role: 'factorA' },
      { name: 'backbone.synthesis.b8.conv0.noise_const.lora_B', dims: [32, 3], role: 'factorB' },
    ]);
    expect(personParts(base, options(3, false, 'standard')).some(({ name }) => name.includes('noise_const'))).toBe(
      false,
    );
  });

  test('replacements are the base’s own tensors, in its sizes; mapping and decoder stay', async () => {
    const base = await tinyBase();
    const parts = personParts(base, options(0, true));
    expect(parts.length).toBeGreaterThan(40);
    for (const { name, dims, role } of parts) {
      expect([role, dims]).toEqual(['replacement', base.tensors.get(name.slice('set.'.length))!.dims]);
    }
    expect(parts.some(({ name }) => /mapping|decoder|weight|noise_const|resample/.test(name))).toBe(false);
  });

  test.each([-1, 1.5, NaN])('refuses rank %d', async (rank) => {
    const base = await tinyBase();
    expect(() => personParts(base, options(rank, true))).toThrow(ShapeError);
  });
});
