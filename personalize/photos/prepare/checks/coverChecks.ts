import type { EyeShade } from '../measures/sunglasses.js';
import type { Reason } from '../report.js';
import { above, below } from './limit.js';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** @param shade null where the eyes are not seen */
export function checkSunglasses(shade: EyeShade | null): Reason | null {
  if (!shade) return null;
  const { over, under } = shade;
  const message = `The eyes are hidden: the skin about them is ${percent(1 - under)} darker than the cheeks. Take off dark glasses.`;
  // Shadows of a cap darken what is above the eyes, those of deep-set eyes do not reach below them.
  return below('sunglasses', Math.max(over, under), { refuse: 0.33, warn: 0.42 }, message);
}

/** @param share of the lower face, or of the whole, that does not look as on the person's other photos */
export function checkCovered(share: number | null, part: 'lower face' | 'face'): Reason | null {
  if (share === null) return null;
  const message = `${percent(share)} of the ${part} look unlike the person’s other photos. Is a hand or a thing before it?`;
  return above('covered', share, { refuse: 0.65, warn: 0.5 }, message);
}
