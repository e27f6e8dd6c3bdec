import type { EyeShade } from '../measures/sunglasses.js';
import type { Reason } from '../report.js';
import { above, below } from './limit.js';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Of 181 photos of real people none is beyond both: 1.41 was seen beside 1.28, 1.47 beside .90. */
const mirrored = { over: 1.12, ratio: 1.4 } as const;

/** @param shade null where the eyes are not seen */
export function checkSunglasses(shade: EyeShade | null): Reason | null {
  if (!shade) return null;
  const { over, under, tint } = shade;
  const message = `The eyes are hidden: the skin about them is ${percent(1 - under)} darker than the cheeks. Take off dark glasses.`;
  // Shadows of a cap darken what is above the eyes, those of deep-set eyes do not reach below them.
  return (
    below('sunglasses', Math.max(over, under), { refuse: 0.33, warn: 0.42 }, message) ?? checkMirrors(over, under, tint)
  );
}

/** Glasses that mirror what is before them: another colour than skin, or the sky above and the ground below. */
function checkMirrors(over: number, under: number, tint: number): Reason | null {
  const advice = 'Take off mirrored glasses, or hair from before the eyes.';
  // Skin above the eyes is shaded by the brows. Where it is not, light from below has lit that under the eyes as well.
  if (over > mirrored.over && over / under > mirrored.ratio) {
    const message = `The eyes are hidden: what is above them is ${percent(over / under - 1)} brighter than what is below. ${advice}`;
    return { code: 'sunglasses', message, severity: 'refuse' };
  }
  const message = `The eyes are hidden: their colour is not that of the cheeks (${tint.toFixed(2)} apart; usual is .05). ${advice}`;
  return above('sunglasses', tint, { refuse: 0.5, warn: 0.4 }, message);
}

/** @param share of the lower face, or of the whole, that does not look as on the person's other photos */
export function checkCovered(share: number | null, part: 'lower face' | 'face'): Reason | null {
  if (share === null) return null;
  const message = `${percent(share)} of the ${part} look unlike the person’s other photos. Is a hand or a thing before it?`;
  return above('covered', share, { refuse: 0.65, warn: 0.5 }, message);
}
