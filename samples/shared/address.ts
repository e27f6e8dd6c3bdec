import type { HeadQuality } from '../../plugin/index.js';

/** An address beside the page, whatever file asks. */
export const besidePage = (path: string): string => new URL(path, document.baseURI).href;

const networks = ['auto', 'webgpu', 'wasm'] as const;

/** What a page's address may say of the device: every page with a scene reads it. */
export interface DeviceParameters {
  /** Where the network runs. */
  network: (typeof networks)[number];
  /** Largest side of a head's picture, pixels, and samples a ray in each pass; absent: what suits the device. */
  size?: number;
  samples?: number;
}

/** A number of the address; what is missing or none is the fallback. */
export function finite(text: string | null, fallback: number): number {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : fallback;
}

/** Reads `?network=wasm&size=96&samples=16`. */
export function readDevice(query: URLSearchParams): DeviceParameters {
  const size = finite(query.get('size'), 0);
  const samples = finite(query.get('samples'), 0);
  return {
    network: networks.find((place) => place === query.get('network')) ?? 'auto',
    ...(size > 0 ? { size } : {}),
    ...(samples > 0 ? { samples } : {}),
  };
}

/** As heads take it: the same size whether they move or not. */
export function qualityOf({ size, samples }: Pick<DeviceParameters, 'size' | 'samples'>): Partial<HeadQuality> {
  return {
    ...(size === undefined ? {} : { resolution: size, movingResolution: size }),
    ...(samples === undefined ? {} : { depthResolution: samples, depthResolutionImportance: samples }),
  };
}
