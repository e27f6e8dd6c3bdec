import type { Light } from '../measures/light.js';
import type { Reason } from '../report.js';
import { above } from './limit.js';

const warn = (code: Reason['code'], message: string): Reason => ({ code, message, severity: 'warn' });
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A face that is too dark to see its colours. */
export function checkDark({ mean, dark }: Light): Reason | null {
  if (mean >= 40 && dark <= 0.1) return null;
  return warn('dark', `The face is too dark (mean ${mean.toFixed(0)} of 255, ${percent(dark)} black). Face a window.`);
}

/** A face whose colours are lost in white; most of it white is a drawing on paper. */
export function checkBright({ bright }: Light): Reason | null {
  const message = `The face is too bright: ${percent(bright)} are white. Turn off the flash; a drawing is no photo.`;
  return above('bright', bright, { refuse: 0.6, warn: 0.1 }, message);
}

/** A photo without colours. */
export function checkGrey({ saturation }: Light): Reason | null {
  const message = 'The photo has no colours; the head would learn them grey. Leave it out where others show the same.';
  return saturation >= 0.03 ? null : warn('grey', message);
}
