const networks = ['auto', 'webgpu', 'wasm'] as const;

/** What an address may ask of the page. */
export interface CastParameters {
  /** How many people, 1..8. */
  readonly people: number;
  /** Seed of the first; the others follow. */
  readonly seed: number;
  /** 0: without buttons and captions. */
  readonly gui: boolean;
  /** 0: time stands still unless the page is told to go on, so that the same is seen again. */
  readonly time: boolean;
  /** Where the network runs. */
  readonly network: (typeof networks)[number];
  /** Largest side of a head's picture, pixels, and samples a ray in each pass; absent: what suits the device. */
  readonly size?: number;
  readonly samples?: number;
}

function finite(text: string | null, fallback: number): number {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : fallback;
}

/** Reads `?people=3&time=0`; what is missing or no number keeps its default. */
export function readParameters(search: string): CastParameters {
  const query = new URLSearchParams(search);
  const size = finite(query.get('size'), 0);
  const samples = finite(query.get('samples'), 0);
  return {
    people: Math.min(8, Math.max(1, Math.round(finite(query.get('people'), 8)))),
    seed: finite(query.get('seed'), 1),
    gui: query.get('gui') !== '0',
    time: query.get('time') !== '0',
    network: networks.find((place) => place === query.get('network')) ?? 'auto',
    ...(size > 0 ? { size } : {}),
    ...(samples > 0 ? { samples } : {}),
  };
}
