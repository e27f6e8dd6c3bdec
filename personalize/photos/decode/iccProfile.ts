import type { Matrix3 } from '../../../runtime/core/matrix3.js';

/** Colours of an RGB profile that is made of a matrix and three curves, as those of cameras and displays are. */
export interface MatrixProfile {
  /** Linear RGB to XYZ under D50, row-major. */
  readonly toXyz: Matrix3;
  /** Stored 8-bit value of red, green, blue to linear light 0..1: [256] each */
  readonly curves: readonly [Float64Array, Float64Array, Float64Array];
}

/**
 * Reads an ICC profile. Source: ICC.1:2022, 7.2, 10.6 (curv), 10.18 (para), 10.31 (XYZ).
 * @returns null for profiles of grey, CMYK or tables, and for damaged ones
 */
export function readMatrixProfile(bytes: Uint8Array): MatrixProfile | null {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
    if (word(36) !== 'acsp' || word(16) !== 'RGB ') return null;
    const places = new Map<string, number>();
    for (let i = 0; i < view.getUint32(128); i++) places.set(word(132 + 12 * i), view.getUint32(136 + 12 * i));
    // A table beside the matrix is the better description, which is not read here.
    if (places.has('A2B0')) return null;
    const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((tag) => readXyz(view, places.get(tag)));
    const curves = ['rTRC', 'gTRC', 'bTRC'].map((tag) => readCurve(view, places.get(tag), word));
    const [r, g, b] = columns;
    const [red, green, blue] = curves;
    if (!r || !g || !b || !red || !green || !blue) return null;
    const toXyz = [0, 1, 2].flatMap((i) => [r[i]!, g[i]!, b[i]!]) as unknown as Matrix3;
    return { toXyz, curves: [red, green, blue] };
  } catch {
    // A tag lies beyond the end.
    return null;
  }
}

const fixed = (view: DataView, at: number): number => view.getInt32(at) / 65536;

function readXyz(view: DataView, at: number | undefined): [number, number, number] | null {
  return at === undefined ? null : [fixed(view, at + 8), fixed(view, at + 12), fixed(view, at + 16)];
}

function readCurve(view: DataView, at: number | undefined, word: (at: number) => string): Float64Array | null {
  if (at === undefined) return null;
  const curve = word(at) === 'curv' ? sampledCurve(view, at) : word(at) === 'para' ? parametricCurve(view, at) : null;
  return curve && Float64Array.from({ length: 256 }, (_, i) => Math.min(1, Math.max(0, curve(i / 255))));
}

type Curve = (value: number) => number;

/** No sample: the value itself; one: an exponent; more: a table to interpolate in. */
function sampledCurve(view: DataView, at: number): Curve {
  const count = view.getUint32(at + 8);
  if (count === 0) return (x) => x;
  if (count === 1) return (x) => x ** (view.getUint16(at + 12) / 256);
  const sample = (i: number): number => view.getUint16(at + 12 + 2 * Math.min(i, count - 1)) / 65535;
  return (x) => {
    const place = x * (count - 1);
    const i = Math.floor(place);
    return sample(i) + (place - i) * (sample(i + 1) - sample(i));
  };
}

/** Types 0 to 4: (a x + b)^g + e above d, c x + f below. */
function parametricCurve(view: DataView, at: number): Curve | null {
  const type = view.getUint16(at + 8);
  const count = [1, 3, 4, 5, 7][type];
  if (count === undefined) return null;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, i) =>
    fixed(view, at + 12 + 4 * i),
  );
  const power: Curve = (x) => Math.max(0, a * x + b) ** g;
  if (type === 0) return (x) => x ** g;
  if (type === 1) return (x) => (x >= -b / a ? power(x) : 0);
  if (type === 2) return (x) => (x >= -b / a ? power(x) : 0) + c;
  return (x) => (x >= d ? power(x) + e : c * x + f);
}
