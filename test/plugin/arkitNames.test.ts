import { describe, expect, test } from '@jest/globals';
import { ARKIT_NAMES, arkitNameOf } from '../../plugin/arkitNames.js';

test('there are 52 names, each once, each understood as itself', () => {
  expect(new Set(ARKIT_NAMES).size).toBe(52);
  for (const name of ARKIT_NAMES) expect(arkitNameOf(name)).toBe(name);
});

describe('names of other programs', () => {
  const pascal = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
  const short = (name: string): string => name.replace(/Left$/, '_L').replace(/Right$/, '_R');
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const spellings: Readonly<Record<string, (name: string) => string>> = {
    'VRM and Unity': pascal,
    'cut sides': short,
    'snake case': snake,
    'behind a mesh': (name) => `Head.001_${name}`,
    'behind a Maya deformer': (name) => `blendShape1.${name}`,
    'all at once': (name) => `Face_${pascal(short(name))}`,
  };
  test.each(Object.entries(spellings))('%s', (_title, spell) => {
    expect(ARKIT_NAMES.map((name) => arkitNameOf(spell(name)))).toEqual(ARKIT_NAMES);
  });
  test.each(['', 'smile', '_neutral', 'viseme_aa', 'jawOpener', 'ajawOpen', 'Left', '_L', 'jawOpen_2', 'constructor'])(
    '"%s" is none',
    (name) => expect(arkitNameOf(name)).toBeUndefined(),
  );
});
