import { finite, readDevice, type DeviceParameters } from '../shared/address.js';

/** What an address may ask of the page. */
export interface StudioParameters extends DeviceParameters {
  /** Which face of the base the page starts with. */
  readonly seed: number;
  /** 0: without the keys that it starts with. */
  readonly keys: boolean;
  /** Where the playhead starts. */
  readonly frame: number;
  /** 0: without panels and gizmo. */
  readonly gui: boolean;
  /** 0: frames are rendered when the page is told to, 16 ms apart, so that the same is seen again. */
  readonly time: boolean;
}

/** Reads `?seed=3&frame=30`; what is missing or no number keeps its default. */
export function readParameters(search: string): StudioParameters {
  const query = new URLSearchParams(search);
  return {
    seed: finite(query.get('seed'), 2),
    keys: query.get('keys') !== '0',
    frame: finite(query.get('frame'), 0),
    gui: query.get('gui') !== '0',
    time: query.get('time') !== '0',
    ...readDevice(query),
  };
}
