import { finite, readDevice, type DeviceParameters } from '../shared/address.js';

/** What an address may ask of the page. */
export interface CastParameters extends DeviceParameters {
  /** How many people, 1..8. */
  readonly people: number;
  /** Seed of the first; the others follow. */
  readonly seed: number;
  /** 0: without buttons and captions. */
  readonly gui: boolean;
  /** 0: time stands still unless the page is told to go on, so that the same is seen again. */
  readonly time: boolean;
}

/** Reads `?people=3&time=0`; what is missing or no number keeps its default. */
export function readParameters(search: string): CastParameters {
  const query = new URLSearchParams(search);
  return {
    people: Math.min(8, Math.max(1, Math.round(finite(query.get('people'), 8)))),
    seed: finite(query.get('seed'), 1),
    gui: query.get('gui') !== '0',
    time: query.get('time') !== '0',
    ...readDevice(query),
  };
}
