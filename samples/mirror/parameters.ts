import { finite, readDevice, type DeviceParameters } from '../shared/address.js';

/** What an address may ask of the page. */
export interface MirrorParameters extends DeviceParameters {
  /** Who moves as you do, before you take your own head. */
  readonly seed: number;
}

/** Reads `?seed=3&size=96`; what is missing or no number keeps its default. */
export function readParameters(search: string): MirrorParameters {
  const query = new URLSearchParams(search);
  return { seed: finite(query.get('seed'), 2), ...readDevice(query) };
}
