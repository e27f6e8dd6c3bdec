import type { ArkitAmounts } from '../arkitNames.js';
import type { Viseme } from './visemeNames.js';

export { VISEMES, visemeOf, type Viseme } from './visemeNames.js';

const bothSides = (name: string, amount: number): ArkitAmounts => ({
  [`${name}Left`]: amount,
  [`${name}Right`]: amount,
});
const lowerDown = (amount: number): ArkitAmounts => bothSides('mouthLowerDown', amount);
const upperUp = (amount: number): ArkitAmounts => bothSides('mouthUpperUp', amount);
const stretch = (amount: number): ArkitAmounts => bothSides('mouthStretch', amount);
const press = (amount: number): ArkitAmounts => bothSides('mouthPress', amount);
const corners = (amount: number): ArkitAmounts => bothSides('mouthSmile', amount);

/**
 * How a mouth forms each viseme, in ARKit's expressions. Of this project's own making, from what the organs of speech
 * do: which lips meet (PP) or bite (FF), where the tongue is (TH), how far the jaw falls, how round the lips are.
 */
export const visemeAmounts: Readonly<Record<Viseme, ArkitAmounts>> = {
  sil: {},
  PP: { ...press(0.5), mouthRollLower: 0.3, mouthRollUpper: 0.25, mouthPucker: 0.1 },
  FF: { mouthRollLower: 0.55, ...upperUp(0.35), mouthShrugLower: 0.15, jawOpen: 0.06 },
  TH: { jawOpen: 0.2, tongueOut: 0.35, ...lowerDown(0.2), ...upperUp(0.15) },
  DD: { jawOpen: 0.16, ...lowerDown(0.25), ...upperUp(0.12), ...stretch(0.1) },
  kk: { jawOpen: 0.24, ...lowerDown(0.18), ...upperUp(0.14), ...stretch(0.12) },
  CH: { jawOpen: 0.12, mouthFunnel: 0.55, mouthPucker: 0.15, ...upperUp(0.1) },
  SS: { jawOpen: 0.05, ...stretch(0.3), ...corners(0.12), ...lowerDown(0.28), ...upperUp(0.14) },
  nn: { jawOpen: 0.14, ...lowerDown(0.16), ...stretch(0.08) },
  RR: { jawOpen: 0.16, mouthFunnel: 0.35, mouthPucker: 0.3 },
  aa: { jawOpen: 0.65, ...lowerDown(0.25), ...upperUp(0.15) },
  E: { jawOpen: 0.35, ...stretch(0.3), ...corners(0.18), ...lowerDown(0.22), ...upperUp(0.14) },
  I: { jawOpen: 0.18, ...stretch(0.32), ...corners(0.32), ...lowerDown(0.18), ...upperUp(0.12) },
  O: { jawOpen: 0.42, mouthFunnel: 0.6, mouthPucker: 0.2 },
  U: { jawOpen: 0.18, mouthPucker: 0.7, mouthFunnel: 0.35 },
};
