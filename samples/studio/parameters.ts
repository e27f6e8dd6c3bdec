const networks = ['auto', 'webgpu', 'wasm'] as const;

/** What an address may ask of the page. */
export interface StudioParameters {
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
  /** Where the network runs. */
  readonly network: (typeof networks)[number];
  /** Side of a head's picture, pixels, and samples a ray in each pass; absent: what suits the device. */
  readonly size?: number;
  readonly samples?: number;
}

function finite(text: string | null, fallback: number): number {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : fallback;
}

/** Reads `?seed=3&frame=30`; what is missing or no number keeps its default. */
export function readParameters(search: string): StudioParameters {
  const query = new URLSearchParams(search);
  const size = finite(query.get('size'), 0);
  const samples = finite(query.get('samples'), 0);
  return {
    seed: finite(query.get('seed'), 2),
    keys: query.get('keys') !== '0',
    frame: finite(query.get('frame'), 0),
    gui: query.get('gui') !== '0',
    time: query.get('time') !== '0',
    network: networks.find((place) => place === query.get('network')) ?? 'auto',
    ...(size > 0 ? { size } : {}),
    ...(samples > 0 ? { samples } : {}),
  };
}
