import { personSteps, type Effort } from '../../personalize/personalize.js';

/** Where the network runs; seconds of a step differ a hundredfold. */
export type Place = 'webgpu' | 'wasm';

/** Seconds of a step before any run on this machine told: a laptop's graphics card, two cores. */
const usual: Readonly<Record<Place, number>> = { webgpu: 0.05, wasm: 0.45 };
const memory = (place: Place): string => `personalized-head.step.${place}`;

/** All steps of a run. */
export const allSteps = (effort: Effort, photos: number): number =>
  personSteps(effort, photos) + photos * effort.photo + effort.training;

/** Keeps how long a step took here, for the next estimate. */
export function rememberStep(place: Place, seconds: number): void {
  try {
    localStorage.setItem(memory(place), String(seconds));
  } catch {
    // Pages without storage estimate as at first.
  }
}

/** Seconds of a step: as the last run here took, else as usual. */
export function stepSeconds(place: Place): { readonly seconds: number; readonly measured: boolean } {
  let told: number;
  try {
    told = Number(localStorage.getItem(memory(place)));
  } catch {
    told = 0;
  }
  return told > 0 ? { seconds: told, measured: true } : { seconds: usual[place], measured: false };
}
