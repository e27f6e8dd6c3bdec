import type { Rays } from '../rays.js';
import { densityRange } from './bakeSettings.js';
import type { BakedVolume } from './bakedVolume.js';
import { brick, bricksAcross } from './occupancy.js';

// Taken out of the loops, see core/hash.ts.
const { ceil, floor, max, min } = Math;

/**
 * Goes along a ray in steps of a voxel, past empty bricks: one filtered voxel a step, one brick whenever another is entered.
 * Twin: shaders/fast/include/walk.wgsl.
 */
export class VolumeWalk {
  /** Of the sample in hand: distance along the ray (world units), density before activation, colours. */
  t = 0;
  sigma = 0;
  /** World units from the sample before. */
  length = 0;
  readonly color = new Float64Array(3);
  /** Nothing of the interval before this sample was seen: what lies there is empty. */
  fresh = true;
  /** The rest of the ray is inside the head: no sample, but the colour of the last one. */
  blocked = false;
  /** Voxels fetched (filtered) and bricks looked up, since the walk was made. */
  fetches = 0;
  lookups = 0;
  /** World units between samples. */
  readonly step: number;
  private readonly _bricks: number;
  /** Bricks a world unit. */
  private readonly _scale: number;
  private readonly _origin = new Float64Array(3);
  private readonly _direction = new Float64Array(3);
  private _start = 0;
  private _end = 0;
  private _index = 0;
  private _brick = -1;
  private _distance = 0;

  /** @param lag see `sampleLag` */
  constructor(
    private readonly _volume: BakedVolume,
    private readonly _rays: Rays,
    private readonly _lag: number,
  ) {
    this.step = (2 * _volume.half) / _volume.side;
    this._bricks = bricksAcross(_volume.side);
    this._scale = this._bricks / (2 * _volume.half);
  }

  /** Starts a ray anew. */
  begin(ray: number): void {
    const { half } = this._volume;
    const { _rays: rays } = this;
    let [start, end] = [rays.bounds[2 * ray]!, rays.bounds[2 * ray + 1]!];
    for (let axis = 0; axis < 3; axis++) {
      const origin = rays.origins[3 * ray + axis]!;
      const direction = rays.directions[3 * ray + axis]!;
      this._origin[axis] = origin;
      this._direction[axis] = direction;
      const [a, b] = [(-half - origin) / direction, (half - origin) / direction];
      start = max(start, min(a, b));
      end = min(end, max(a, b));
    }
    const shift = (end - start) * this._lag;
    this._start = start + shift;
    this._end = end + shift;
    this._index = start < end ? 0 : -1;
    this._brick = -1;
    this.blocked = false;
  }

  /** Goes to the next sample; false: there is none. */
  next(): boolean {
    const { _bricks: bricks, step } = this;
    const before = this.t;
    let fresh = this._index === 0;
    for (;;) {
      if (this._index < 0) return false;
      const t = min(this._start + this._index * step, this._end);
      const x = this._brickAt(0, t);
      const y = this._brickAt(1, t);
      const z = this._brickAt(2, t);
      const at = (z * bricks + y) * bricks + x;
      if (at !== this._brick) {
        this._brick = at;
        this._distance = this._volume.distances[at]!;
        this.lookups++;
      }
      const distance = this._distance;
      if (distance === brick.filled) {
        this.t = t;
        this.length = this._index === 0 ? 0 : fresh ? step : t - before;
        this.fresh = fresh;
        this._index = t < this._end ? this._index + 1 : -1;
        this._sample(t);
        return true;
      }
      if (distance === brick.solid) {
        this.t = t;
        this.blocked = true;
        this.fresh = fresh;
        this.length = 0;
        if (fresh) this.color.fill(0);
        return true;
      }
      // Out of the cube of empty bricks around this one.
      const leave = min(this._leaves(0, x, distance), this._leaves(1, y, distance), this._leaves(2, z, distance));
      if (t >= this._end || leave >= this._end) this._index = -1;
      else this._index = max(this._index + 1, ceil((leave - this._start) / step));
      fresh = true;
    }
  }

  /** A coordinate of the point at a distance along the ray, world units. */
  at(axis: number, t: number): number {
    return this._origin[axis]! + t * this._direction[axis]!;
  }

  private _brickAt(axis: number, t: number): number {
    return min(this._bricks - 1, max(0, floor((this.at(axis, t) + this._volume.half) * this._scale)));
  }

  /** Where the ray leaves the cube of empty bricks around a brick, along one axis. */
  private _leaves(axis: number, brickAt: number, distance: number): number {
    const direction = this._direction[axis]!;
    const wall = (direction > 0 ? brickAt + distance : brickAt - distance + 1) / this._scale - this._volume.half;
    return direction === 0 ? Infinity : (wall - this._origin[axis]!) / direction;
  }

  private _sample(t: number): void {
    const { side, half, voxels } = this._volume;
    const grid = (axis: number): number => min(side - 1, max(0, ((this.at(axis, t) + half) * side) / (2 * half) - 0.5));
    const [gx, gy, gz] = [grid(0), grid(1), grid(2)];
    const [x, y, z] = [min(side - 2, floor(gx)), min(side - 2, floor(gy)), min(side - 2, floor(gz))];
    const [fx, fy, fz] = [gx - x, gy - y, gz - z];
    const first = 4 * ((z * side + y) * side + x);
    const [row, slice] = [4 * side, 4 * side * side];
    for (let c = 0; c < 4; c++) {
      const at = first + c;
      const along = (from: number): number => voxels[from]! + fx * (voxels[from + 4]! - voxels[from]!);
      const near = along(at) + fy * (along(at + row) - along(at));
      const far = along(at + slice) + fy * (along(at + slice + row) - along(at + slice));
      const value = (near + fz * (far - near)) / 255;
      if (c < 3) this.color[c] = value;
      else this.sigma = densityRange.least + value * (densityRange.most - densityRange.least);
    }
    this.fetches++;
  }
}
