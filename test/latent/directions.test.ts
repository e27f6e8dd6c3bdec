import { describe, expect, test } from '@jest/globals';
import { AssetError, HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { neutralize, offsetByDirections, resolveAmounts } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';

const base = { hash: 'abc', wDim: 4 };

const file = {
  format: 'personalized-head/directions',
  version: 1,
  base: 'abc',
  directions: [
    { name: 'smileLeft', kind: 'expression', range: [0, 1], vector: { index: [0], value: [2] } },
    { name: 'smileRight', kind: 'expression', range: [0, 1], vector: { index: [1, 3], value: [4, -1] } },
    { name: 'age', kind: 'attribute', range: [-3, 3], vector: [0, 0, 1, 0] },
  ],
  groups: { smile: { smileLeft: 1, smileRight: 0.5 } },
  neutral: { index: [0, 3], value: [7, 8] },
};

const set = parseDirections(file, base);
const ws = { dims: [2, 4], data: new Float32Array(8) };

describe('amounts', () => {
  const resolved = (amounts: Record<string, number>) => Object.fromEntries(resolveAmounts(set, amounts));

  test('groups are shares of directions, and add to them', () => {
    expect(resolved({ smile: 0.5 })).toEqual({ smileLeft: 0.5, smileRight: 0.25 });
    expect(resolved({ smile: 0.5, smileRight: 0.25, age: -2 })).toEqual({ smileLeft: 0.5, smileRight: 0.5, age: -2 });
  });

  test('what the base cannot show is clamped, after adding up', () => {
    expect(resolved({ smile: 0.8, smileLeft: 0.8 })).toEqual({ smileLeft: 1, smileRight: 0.4 });
    expect(resolved({ age: -9, smileRight: -1 })).toEqual({ age: -3, smileRight: 0 });
  });

  test('an unknown name lists those there are', () => {
    expect(() => resolved({ frown: 1 })).toThrow(AssetError);
    expect(() => resolved({ frown: 1 })).toThrow('It has: smile, smileLeft, smileRight, age.');
  });

  test.each([NaN, Infinity])('%d is no amount', (amount) => {
    expect(() => resolved({ age: amount })).toThrow(NumericError);
  });
});

describe('ws', () => {
  test('moves in every row; the old ones stay', () => {
    const moved = offsetByDirections(ws, set, { smile: 1, age: 2 });
    expect(moved).toEqual({ dims: [2, 4], data: Float32Array.of(2, 2, 2, -0.5, 2, 2, 2, -0.5) });
    expect(ws.data.every((value) => value === 0)).toBe(true);
    expect(offsetByDirections(ws, set, {})).toEqual(ws);
  });

  test('of another base', () => {
    expect(() => offsetByDirections({ dims: [1, 5], data: new Float32Array(5) }, set, { age: 1 })).toThrow(ShapeError);
  });

  test('a neutral face keeps everything but its expression', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(neutralize({ dims: [2, 4], data }, set).data).toEqual(Float32Array.of(7, 2, 3, 8, 7, 6, 7, 8));
  });
});

describe('parsing', () => {
  test('groups and neutral may be absent', () => {
    const { groups, neutral } = parseDirections({ ...file, groups: undefined, neutral: undefined }, base);
    expect([groups.size, neutral.size]).toEqual([0, 0]);
  });

  const direction = (changes: object) => ({
    ...file,
    directions: [{ ...file.directions[2]!, ...changes }],
    groups: {},
  });

  const damaged: [string, unknown, string][] = [
    ['null', null, 'format must be'],
    ['another format', { ...file, format: 'png' }, 'format must be "personalized-head/directions"'],
    ['another version', { ...file, version: 2 }, 'version 2 is unknown'],
    ['another base', { ...file, base: 'xyz' }, 'belong to the base xyz, not to abc'],
    ['no list', { ...file, directions: {} }, 'directions must be a list'],
    ['no name', direction({ name: 3 }), 'an entry has no name'],
    ['another kind', direction({ kind: 'mood' }), 'age: kind must be'],
    ['a range of one', direction({ range: [1] }), 'age: range must be'],
    ['a range that is swapped', direction({ range: [1, -1] }), 'age: range must be'],
    ['another width', direction({ vector: [1, 2] }), 'age: expected 4 numbers, got 2'],
    ['no vector', direction({ vector: 'x' }), 'age: vector must be'],
    ['an index outside', direction({ vector: { index: [4], value: [1] } }), 'index 4 is not in 0..3'],
    ['sparse lists of two lengths', direction({ vector: { index: [1, 2], value: [1] } }), 'age: vector must be'],
    ['a group that is a number', { ...file, groups: { smile: 1 } }, 'group smile must be'],
    ['a group of nobody', { ...file, groups: { smile: { frown: 1 } } }, 'frown is no direction'],
    ['groups in a list', { ...file, groups: [] }, 'groups must be an object'],
    ['neutral values without places', { ...file, neutral: { value: [1] } }, 'neutral must be'],
    ['a neutral place outside', { ...file, neutral: { index: [9], value: [1] } }, 'neutral: index 9 is not in 0..3'],
    [
      'the same name twice',
      { ...file, directions: [file.directions[2], file.directions[2]], groups: {} },
      'age is there twice',
    ],
  ];

  test.each(damaged)('%s', (_, json, message) => {
    expect(() => parseDirections(json, base)).toThrow(HeadError);
    expect(() => parseDirections(json, base)).toThrow(message);
  });
});
