import { ARKIT_NAMES, arkitNameOf, type ArkitAmounts, type ArkitName } from '../arkitNames.js';
import { expressionGroups } from './expressionGroups.js';
import { visemeAmounts, VISEMES } from './visemes.js';
import { vrmAmounts } from './vrm.js';

/** Case and separators do not count; a side may be cut short. */
const keyOf = (parts: readonly string[]): string => parts.join('');
const sides: Readonly<Record<string, string>> = { l: 'left', r: 'right' };
function partsOf(name: string): string[] {
  const parts = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const last = parts.pop();
  return last === undefined ? [] : [...parts, sides[last] ?? last];
}

const evenly = (names: readonly ArkitName[]): ArkitAmounts => Object.fromEntries(names.map((name) => [name, 1]));

/** `mouthSmile` of avatars without sides: both. `jaw` and `mouth` go to a side, they have none. */
function bothSides(): [string, ArkitAmounts][] {
  return ARKIT_NAMES.flatMap((left): [string, ArkitAmounts][] => {
    const stem = left.replace(/Left$/, '');
    const right = ARKIT_NAMES.find((name) => name === `${stem}Right`);
    if (stem === left || !right || stem === 'jaw' || stem === 'mouth') return [];
    return [[stem, evenly([left, right])]];
  });
}

/** Ready Player Me's own beside ARKit's and Oculus'. */
const readyPlayerMe: Readonly<Record<string, ArkitAmounts>> = {
  mouthOpen: { jawOpen: 0.6 },
  eyesClosed: evenly(['eyeBlinkLeft', 'eyeBlinkRight']),
  eyesLookUp: evenly(['eyeLookUpLeft', 'eyeLookUpRight']),
  eyesLookDown: evenly(['eyeLookDownLeft', 'eyeLookDownRight']),
};

/** VRM 0's, where VRM 1 has another name. */
const vrm0: Readonly<Record<string, ArkitAmounts>> = {
  A: visemeAmounts.aa,
  I: visemeAmounts.I,
  U: visemeAmounts.U,
  E: visemeAmounts.E,
  O: visemeAmounts.O,
  Joy: vrmAmounts.happy,
  Sorrow: vrmAmounts.sad,
  Fun: vrmAmounts.relaxed,
};

const groups = Object.entries(expressionGroups).map(([name, members]) => [name, evenly(members)] as const);
const visemes = VISEMES.map((name) => [name, visemeAmounts[name]] as const);

/** Names that are long enough to be told behind a mesh's name (`Head_eyesClosed`). */
const plain = [...Object.entries(readyPlayerMe), ...bothSides()];
/** Everyday words and single letters: they count as a whole name, or behind a deformer's (`blendShape1.Joy`). */
const everyday = [...visemes, ...Object.entries(vrmAmounts), ...Object.entries(vrm0), ...groups];
/** The same with the prefixes of their makers: Ready Player Me, VRChat, VRoid. */
const prefixed = [
  ...visemes.flatMap(([name, amounts]) => [[`viseme_${name}`, amounts] as const, [`v_${name}`, amounts] as const]),
  ...['A', 'I', 'U', 'E', 'O'].map((name) => [`MTH_${name}`, vrm0[name]!] as const),
  ...(['Joy', 'Sorrow', 'Fun'] as const).map((name) => [`ALL_${name}`, vrm0[name]!] as const),
  ...(['Angry', 'Surprised', 'Neutral'] as const).map(
    (name) => [`ALL_${name}`, vrmAmounts[name.toLowerCase() as 'angry']] as const,
  ),
  ['EYE_Close', vrmAmounts.blink] as const,
  ['EYE_Close_L', vrmAmounts.blinkLeft] as const,
  ['EYE_Close_R', vrmAmounts.blinkRight] as const,
];

const byKey = (table: readonly (readonly [string, ArkitAmounts])[]): ReadonlyMap<string, ArkitAmounts> =>
  new Map(table.map(([name, amounts]) => [keyOf(partsOf(name)), amounts]));
const told = byKey([...plain, ...prefixed]);
const whole = byKey([...everyday, ...plain, ...prefixed]);

/** Every name that a face can be moved by, for errors and editors. */
export const FACE_NAMES: readonly string[] = [
  ...ARKIT_NAMES,
  ...groups.map(([name]) => name),
  ...Object.keys(readyPlayerMe),
  ...VISEMES.map((name) => `viseme_${name}`),
  ...Object.keys(vrmAmounts),
  ...Object.keys(vrm0),
];

/**
 * What an expression's name means in ARKit's: the one table of names of this package. It knows ARKit's 52, in the spellings
 * of `arkitNameOf`; pairs without their side (`mouthSmile`); the head's own groups (`smile`, `blink`); Oculus' visemes
 * (`aa`, `viseme_aa`); the presets of VRM 1 (`happy`) and VRM 0 (`Joy`, `Blink_L`, `A`); Ready Player Me's and VRoid's own.
 * @returns amounts at 1, empty for faces at rest (`sil`, `neutral`); undefined for names of none of these
 */
export function faceAmountsOf(name: string): ArkitAmounts | undefined {
  if (typeof name !== 'string') return undefined;
  const own = arkitNameOf(name);
  if (own) return { [own]: 1 };
  const parts = partsOf(name);
  const found = whole.get(keyOf(parts)) ?? whole.get(keyOf(partsOf(name.slice(name.search(/[.:][^.:]*$/) + 1))));
  for (let first = 0; !found && first < parts.length; first++) {
    const behind = told.get(keyOf(parts.slice(first)));
    if (behind) return behind;
  }
  return found;
}
