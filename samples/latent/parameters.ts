/** What the page's address may say. */
export interface LatentParameters {
  /** Address of a .head file to open at once. */
  readonly head?: string;
  /** Side of every picture, pixels. */
  readonly size: number;
  /** Samples a ray in each pass; absent: the base's own. */
  readonly samples?: number;
  /** Pictures on the wall. */
  readonly wall: number;
  /** Anchors shown, and of the invented person. */
  readonly anchors: number;
  /** Views of the edit's strip. */
  readonly views: number;
  readonly backend: 'auto' | 'wasm';
}

/** Reads `?head=me.head&size=128&wall=12`; what is missing or no whole number keeps its default. */
export function readParameters(search: string): LatentParameters {
  const query = new URLSearchParams(search);
  const whole = (name: string, fallback: number): number => {
    const value = Number(query.get(name) ?? NaN);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  const samples = whole('samples', 0);
  const head = query.get('head');
  return {
    ...(head === null ? {} : { head }),
    size: whole('size', 128),
    ...(samples > 0 ? { samples } : {}),
    wall: whole('wall', 12),
    anchors: whole('anchors', 8),
    views: whole('views', 5),
    backend: query.get('backend') === 'wasm' ? 'wasm' : 'auto',
  };
}
