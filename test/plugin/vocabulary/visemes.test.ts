import { describe, expect, test } from '@jest/globals';
import { ARKIT_NAMES } from '../../../plugin/arkitNames.js';
import { emotionAmounts, EMOTIONS } from '../../../plugin/vocabulary/emotions.js';
import { mixAmounts } from '../../../plugin/vocabulary/mixAmounts.js';
import { visemeAmounts, VISEMES, visemeOf } from '../../../plugin/vocabulary/visemes.js';

const tables = [...VISEMES.map((name) => visemeAmounts[name]), ...EMOTIONS.map((name) => emotionAmounts[name])];

test('every face of the tables is made of ARKit names and amounts of 0 to 1', () => {
  const known = new Set<string>(ARKIT_NAMES);
  const entries = tables.flatMap((amounts) => Object.entries(amounts));
  expect(entries.filter(([name]) => !known.has(name))).toEqual([]);
  expect(entries.filter(([, amount]) => !(amount > 0 && amount <= 1))).toEqual([]);
});

test('all faces differ, and only silence is empty', () => {
  expect(new Set(tables.map((amounts) => JSON.stringify(amounts))).size).toBe(tables.length);
  expect(tables.filter((amounts) => Object.keys(amounts).length === 0)).toEqual([visemeAmounts.sil]);
});

test('vowels are told by jaw and lips as in a mouth', () => {
  const jaw = (name: keyof typeof visemeAmounts): number => visemeAmounts[name].jawOpen ?? 0;
  const round = (name: keyof typeof visemeAmounts): number =>
    (visemeAmounts[name].mouthPucker ?? 0) + (visemeAmounts[name].mouthFunnel ?? 0);
  for (const vowel of ['E', 'I', 'O', 'U'] as const) expect(jaw('aa')).toBeGreaterThan(jaw(vowel));
  expect(jaw('O')).toBeGreaterThan(jaw('U'));
  expect(Math.min(round('O'), round('U'))).toBeGreaterThan(0.5);
  expect(round('aa') + round('E') + round('I')).toBe(0);
  expect(jaw('PP')).toBe(0);
});

describe('names of visemes', () => {
  test.each([
    ['aa', 'aa'],
    ['AA', 'aa'],
    ['viseme_PP', 'PP'],
    ['viseme_kk', 'kk'],
    ['ih', 'I'],
    ['ou', 'U'],
  ])('%s is %s', (name, viseme) => expect(visemeOf(name)).toBe(viseme));
  test.each(['', 'viseme_', 'x', 'jawOpen'])('"%s" is none', (name) => expect(visemeOf(name)).toBeUndefined());
  test('all 15 are understood as themselves', () => expect(VISEMES.map(visemeOf)).toEqual(VISEMES));
});

test('faces mix by weight', () => {
  const mix = mixAmounts([
    [{ jawOpen: 0.5, tongueOut: 1 }, 0.5],
    [{ jawOpen: 1 }, 0.25],
    [{ cheekPuff: 1 }, 0],
  ]);
  expect(mix).toEqual({ jawOpen: 0.5, tongueOut: 0.5 });
});
