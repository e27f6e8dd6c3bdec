import type { Base } from '../checkpoint/base/base.js';
import { AssetError } from '../core/errors.js';
import type { HeadProxy } from '../proxy/proxy.js';
import { planeProjection, type PlaneProjection } from '../render/volume.js';
import { expectGiven } from '../core/given.js';

/** Where each texel of one plane comes from. */
export interface PlaneFlow {
  readonly plane: number;
  /** [side, side] each: texels by which the face moved to get here. */
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  /** [side, side], 0..1: less where the surface is stretched over what was hidden, as between parting lips. */
  readonly shown: Float32Array;
}

/** A surface that is stretched to more than this many times its area shows something else. */
const mostStretch = 2;

/** The planes that are seen from the front, those of x and y, with the rows of their projections. */
export const frontPlanes = ({
  config,
}: Pick<Base, 'config'>): { readonly plane: number; readonly rows: PlaneProjection[number] }[] =>
  planeProjection(config.planeAxes)
    .map((rows, plane) => ({ plane, rows }))
    .filter(({ rows }) => rows.every((row) => Math.abs(row[2]!) < 1e-6));

/**
 * How what lies on a face moves on the planes with an expression: the displacements of the base's mesh, drawn onto the planes
 * that are seen from the front (x and y). On the others, points of one place move differently; what is there stays.
 */
export class PlaneMotion {
  private readonly _planes: readonly { readonly plane: number; readonly rows: PlaneProjection[number] }[];
  private readonly _scale: number;

  /** @throws AssetError for another base's proxy */
  constructor(
    base: Base,
    private readonly _proxy: HeadProxy,
  ) {
    expectGiven('PlaneMotion', 'base', base);
    expectGiven('PlaneMotion', 'proxy', _proxy);
    if (_proxy.baseHash !== base.hash) {
      throw new AssetError(
        'asset/base',
        `expressions: expected a proxy of base ${base.hash}, got one of ${_proxy.baseHash}. Use the file that came with the base.`,
      );
    }
    this._scale = 2 / base.config.rendering.boxWarp;
    this._planes = frontPlanes(base);
  }

  /** How far the mesh moves in all with an expression at amount 1, root of the summed squares; 0 for one that it lacks. */
  size(name: string): number {
    const morph = this._proxy.morphs.get(name);
    return morph ? Math.sqrt(morph.reduce((sum, value) => sum + value * value, 0)) : 0;
  }

  /**
   * @param amounts by expression; those that the mesh lacks move nothing
   * @param side of the planes, texels
   */
  flow(amounts: ReadonlyMap<string, number>, side: number): PlaneFlow[] {
    const moved = new Float32Array(this._proxy.positions);
    for (const [name, amount] of amounts) {
      this._proxy.morphs.get(name)?.forEach((value, i) => (moved[i]! += amount * value));
    }
    return this._planes.map(({ plane, rows }) => this._draw(plane, rows, moved, side));
  }

  private _draw(plane: number, rows: PlaneProjection[number], moved: Float32Array, side: number): PlaneFlow {
    const { positions, indices } = this._proxy;
    const [from, to] = [positions, moved].map((points) => this._texels(points, rows, side)) as [
      Float32Array,
      Float32Array,
    ];
    const [dx, dy] = [new Float32Array(side * side), new Float32Array(side * side)];
    const shown = new Float32Array(side * side).fill(1);
    const nearest = new Float32Array(side * side).fill(-Infinity);
    for (let t = 0; t < indices.length; t += 3) {
      const [a, b, c] = [indices[t]!, indices[t + 1]!, indices[t + 2]!];
      const area = twiceArea(to, a, b, c);
      if (Math.abs(area) < 1e-9) continue;
      const stretch = Math.abs(area) / Math.max(1e-6, Math.abs(twiceArea(from, a, b, c)));
      const corners = [a, b, c];
      const [xs, ys] = [0, 1].map((axis) => corners.map((i) => to[2 * i + axis]!)) as [number[], number[]];
      const first = (values: number[]): number => Math.max(0, Math.ceil(Math.min(...values)));
      const last = (values: number[]): number => Math.min(side - 1, Math.floor(Math.max(...values)));
      for (let y = first(ys); y <= last(ys); y++) {
        for (let x = first(xs); x <= last(xs); x++) {
          const u = ((xs[1]! - x) * (ys[2]! - y) - (xs[2]! - x) * (ys[1]! - y)) / area;
          const v = ((xs[2]! - x) * (ys[0]! - y) - (xs[0]! - x) * (ys[2]! - y)) / area;
          const w = 1 - u - v;
          if (u < -1e-6 || v < -1e-6 || w < -1e-6) continue;
          const blend = (of: (vertex: number) => number): number => u * of(a) + v * of(b) + w * of(c);
          const depth = blend((i) => positions[3 * i + 2]!);
          const at = y * side + x;
          if (depth <= nearest[at]!) continue;
          nearest[at] = depth;
          dx[at] = blend((i) => to[2 * i]! - from[2 * i]!);
          dy[at] = blend((i) => to[2 * i + 1]! - from[2 * i + 1]!);
          shown[at] = Math.min(1, mostStretch / stretch);
        }
      }
    }
    return { plane, dx, dy, shown };
  }

  /** Places of points on a plane: [points, 2], texels, 0 the first one's middle. */
  private _texels(points: Float32Array, rows: PlaneProjection[number], side: number): Float32Array {
    const out = new Float32Array((points.length / 3) * 2);
    for (let i = 0; i < points.length / 3; i++) {
      rows.forEach((row, axis) => {
        const place = row[0]! * points[3 * i]! + row[1]! * points[3 * i + 1]! + row[2]! * points[3 * i + 2]!;
        out[2 * i + axis] = ((place * this._scale + 1) * side - 1) / 2;
      });
    }
    return out;
  }
}

const twiceArea = (p: Float32Array, a: number, b: number, c: number): number =>
  (p[2 * b]! - p[2 * a]!) * (p[2 * c + 1]! - p[2 * a + 1]!) - (p[2 * c]! - p[2 * a]!) * (p[2 * b + 1]! - p[2 * a + 1]!);

/** The four texels around a place, the first and how far from it. */
interface Corner {
  /** Texel of the upper left one. */
  readonly first: number;
  readonly fx: number;
  readonly fy: number;
}

/** Calls back for every texel that takes something from elsewhere. */
function eachMoved({ dx, dy, shown }: PlaneFlow, side: number, then: (texel: number, from: Corner) => void): void {
  const clamp = (value: number): number => Math.min(side - 1, Math.max(0, value));
  for (let i = 0; i < side * side; i++) {
    if (dx[i] === 0 && dy[i] === 0 && shown[i] === 1) continue;
    const [x, y] = [clamp((i % side) - dx[i]!), clamp(Math.floor(i / side) - dy[i]!)];
    const [left, top] = [Math.min(side - 2, Math.floor(x)), Math.min(side - 2, Math.floor(y))];
    then(i, { first: top * side + left, fx: x - left, fy: y - top });
  }
}

/**
 * What lies on the planes, moved along: texel (x, y) takes what was at (x - dx, y - dy), bilinear, times `shown`.
 * @param values [3 C, side, side]; planes without a flow stay as they are
 */
export function carryAlong(values: Float32Array, flows: readonly PlaneFlow[], side: number): Float32Array {
  const out = values.slice();
  const area = side * side;
  const channels = values.length / (3 * area);
  for (const flow of flows) {
    eachMoved(flow, side, (i, { first, fx, fy }) => {
      for (let c = flow.plane * channels; c < (flow.plane + 1) * channels; c++) {
        const at = c * area + first;
        const upper = values[at]! * (1 - fx) + values[at + 1]! * fx;
        const lower = values[at + side]! * (1 - fx) + values[at + side + 1]! * fx;
        out[c * area + i] = flow.shown[i]! * (upper * (1 - fy) + lower * fy);
      }
    });
  }
  return out;
}

/**
 * The transpose of `carryAlong`: a gradient by what was carried as one by what it was carried from.
 * @param gradient [3 C, side, side]
 */
export function carryBack(gradient: Float32Array, flows: readonly PlaneFlow[], side: number): Float32Array {
  const out = gradient.slice();
  const area = side * side;
  const channels = gradient.length / (3 * area);
  for (const flow of flows) {
    // What texels had of their own goes first: others add to it.
    eachMoved(flow, side, (i) => {
      for (let c = flow.plane * channels; c < (flow.plane + 1) * channels; c++) out[c * area + i] = 0;
    });
    eachMoved(flow, side, (i, { first, fx, fy }) => {
      for (let c = flow.plane * channels; c < (flow.plane + 1) * channels; c++) {
        const value = flow.shown[i]! * gradient[c * area + i]!;
        const at = c * area + first;
        out[at]! += value * (1 - fx) * (1 - fy);
        out[at + 1]! += value * fx * (1 - fy);
        out[at + side]! += value * (1 - fx) * fy;
        out[at + side + 1]! += value * fx * fy;
      }
    });
  }
  return out;
}
