import { Logger } from '@babylonjs/core/Misc/logger.js';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { nearName } from '../../../runtime/core/nearName.js';
import { ARKIT_NAMES } from '../../../plugin/arkitNames.js';
import { expressionOfBlendShapes, expressionOfCategories } from '../../../plugin/retarget/faceTracking.js';
import { FACE_NAMES, faceAmountsOf } from '../../../plugin/vocabulary/faceNames.js';
import { expectAmounts } from '../../../plugin/vocabulary/givenAmounts.js';
import { visemeAmounts, VISEMES, visemeOf } from '../../../plugin/vocabulary/visemes.js';
import { vrmAmounts } from '../../../plugin/vocabulary/vrm.js';

const blink = { eyeBlinkLeft: 1, eyeBlinkRight: 1 };

describe('the one table of names', () => {
  test.each<[string, object]>([
    ['JawOpen', { jawOpen: 1 }],
    ['viseme_aa', visemeAmounts.aa],
    ['Wolf3D_Head.viseme_PP', visemeAmounts.PP],
    ['vrc.v_oh', {}],
    ['aa', visemeAmounts.aa],
    ['A', visemeAmounts.aa],
    ['Fcl_MTH_A', visemeAmounts.aa],
    ['Joy', vrmAmounts.happy],
    ['blendShape1.Sorrow', vrmAmounts.sad],
    ['happy', vrmAmounts.happy],
    ['Blink', blink],
    ['Blink_L', { eyeBlinkLeft: 1 }],
    ['Fcl_EYE_Close', blink],
    ['eyesClosed', blink],
    ['Head_eyesClosed', blink],
    ['mouthSmile', { mouthSmileLeft: 1, mouthSmileRight: 1 }],
    ['smile', { mouthSmileLeft: 1, mouthSmileRight: 1 }],
    ['LookUp', { eyeLookUpLeft: 1, eyeLookUpRight: 1 }],
    ['neutral', {}],
    ['viseme_sil', {}],
  ])('%s', (name, amounts) => expect(faceAmountsOf(name) ?? {}).toEqual(amounts));

  test.each(['', 'earWiggle', 'jaw', 'mouth', 'leg_A', 'Object_E', 'constructor', '__proto__', 'brow_up_c'])(
    '"%s" is of none',
    (name) => expect(faceAmountsOf(name)).toBeUndefined(),
  );

  test('lists every name, and understands what it lists', () => {
    expect(FACE_NAMES.slice(0, 52)).toEqual(ARKIT_NAMES);
    expect(FACE_NAMES.filter((name) => !faceAmountsOf(name))).toEqual([]);
  });
});

describe('visemes of services', () => {
  test('Azure’s ids, as numbers or text', () => {
    expect([0, 2, 8, 15, 21].map(visemeOf)).toEqual(['sil', 'aa', 'O', 'SS', 'PP']);
    expect(visemeOf('21')).toBe('PP');
    expect([22, -1, 0.5, NaN].map(visemeOf)).toEqual([undefined, undefined, undefined, undefined]);
  });
  test('Polly’s, whose case counts', () => {
    expect(['p', 't', 'S', 's', 'T', 'k', '@', 'o'].map(visemeOf)).toEqual(
      ['PP', 'DD', 'CH', 'SS', 'TH', 'kk', 'E', 'O'], // prettier-ignore
    );
    expect(VISEMES.map(visemeOf)).toEqual(VISEMES);
  });
});

describe('given amounts', () => {
  let told: string[];
  beforeEach(() => {
    told = [];
    jest.spyOn(Logger, 'Warn').mockImplementation((message) => void told.push(String(message)));
  });
  afterEach(() => void jest.restoreAllMocks());

  test.each<[string, unknown]>([
    ['objects', { jawOpen: 0.5, smile: 0.25 }],
    ['Maps', new Map(Object.entries({ jawOpen: 0.5, smile: 0.25 }))],
    ['pairs', [['jawOpen', 0.5], ['smile', 0.25]]], // prettier-ignore
    ['text numbers', { jawOpen: '0.5', smile: '0.25' }],
  ])('are read from %s', (_what, given) => {
    const amounts = Object.fromEntries(expectAmounts('set', given));
    expect(amounts).toEqual({ jawOpen: 0.5, mouthSmileLeft: 0.25, mouthSmileRight: 0.25 });
  });

  test('of several names add up, and stay within 1 together', () => {
    expect(Object.fromEntries(expectAmounts('set', { viseme_aa: 1, jawOpen: 0.5 })).jawOpen).toBe(1);
    expect(Object.fromEntries(expectAmounts('set', { jawOpen: 1.5 })).jawOpen).toBe(1.5);
  });

  test.each<[string, unknown, string]>([
    ['an unknown name', { jawOpne: 1 }, 'Did you mean jawOpen?'],
    ['percent', { jawOpen: 50 }, 'Divide percent by 100'],
    ['one name twice', { jawOpen: 1, JawOpen: 0 }, 'got jawOpen and JawOpen, which are the same'],
    ['no number', { jawOpen: 'wide' }, 'expected a number, got "wide"'],
    ['no names', [0, 1], 'expected amounts by name'],
    ['nothing', null, 'got null'],
  ])('%s is an error', (_what, given, message) => expect(() => expectAmounts('set', given)).toThrow(message));

  test('of a tracker take names of any vocabulary, and tell once of the others', () => {
    const categories = [{ categories: [{ categoryName: '_neutral', score: 1 }, { categoryName: 'jawOpen', score: 0.5 }] }]; // prettier-ignore
    expect(expressionOfCategories(categories as never)).toEqual({ jawOpen: 0.5 });
    expect(expressionOfBlendShapes(new Map([['eyesClosed', 0.5]]))).toEqual({ eyeBlinkLeft: 0.5, eyeBlinkRight: 0.5 });
    expect(told).toEqual([]);
    for (let i = 0; i < 3; i++) expressionOfBlendShapes({ jaw_opened: 0.5, HeadYaw: 0.1, tongueOut: 80 });
    expect(told).toHaveLength(2);
    expect(told[0]).toContain('jaw_opened (did you mean jawOpen?)');
    expect(told[1]).toContain('tongueOut: expected scores of 0 to 1');
    expect(() => expressionOfCategories(undefined as never)).toThrow('got undefined');
  });
});

test('the name that is meant is near, and strangers are not', () => {
  const names = ['jawOpen', 'baseUrl', 'Zoë.png'];
  expect(['jawopen', 'jawOpne', 'base_url', 'baseURI', 'Zoe\u0308.png'].map((name) => nearName(name, names))).toEqual([
    'jawOpen',
    'jawOpen',
    'baseUrl',
    'baseUrl',
    'Zoë.png', // prettier-ignore
  ]);
  expect(['', 'x', 'elephant', 'a'.repeat(1e6)].map((name) => nearName(name, names))).toEqual([null, null, null, null]);
});
