import { inverse3, type Matrix3 } from '../core/matrix3.js';
import type { Radiance } from './field.js';
import type { Adjacency } from './mesh.js';
import { features, gradientsAround, lookAround, patchPoints, type PatchScale } from './patches.js';
import { smoothOver } from './smooth.js';

/** From coarse to fine; world units. */
const scales: readonly PatchScale[] = [
  { reach: 0.02, softness: 300 },
  { reach: 0.01, softness: 150 },
];
const iterations = 6;
/** Pull towards the neighbours' motion, in shares of the mean certainty. */
const rigidity = 0.15;
/** Longest step of one iteration, in reaches. */
const longestStep = 0.75;

interface Look {
  readonly scale: PatchScale;
  readonly seen: Float32Array;
  readonly gradients: readonly Float32Array[];
  /** `[V, 6]`: xx, xy, xz, yy, yz, zz of the sum of gradient times gradient. */
  readonly certainty: Float64Array;
  readonly pull: number;
}

/**
 * Follows points of a head's surface from its neutral volume into another expression's: where does what surrounds a
 * vertex lie now? Least squares over a patch of coverage and colour around each vertex (Lucas and Kanade 1981, in three
 * dimensions), neighbours held together (as Horn and Schunck 1981), coarse to fine.
 */
export class SurfaceFlow {
  private constructor(
    private readonly _centres: Float32Array,
    private readonly _adjacency: Adjacency,
    private readonly _level: number,
    private readonly _looks: readonly Look[],
  ) {}

  /** @param centres [V, 3] */
  static async create(
    neutral: Radiance,
    level: number,
    centres: Float32Array,
    adjacency: Adjacency,
  ): Promise<SurfaceFlow> {
    const looks: Look[] = [];
    for (const scale of scales) {
      const seen = await lookAround(neutral, level, centres, scale);
      const gradients = await gradientsAround(neutral, level, centres, scale);
      const certainty = squares(gradients, centres.length / 3);
      let trace = 0;
      for (let v = 0; v < certainty.length; v += 6) trace += certainty[v]! + certainty[v + 3]! + certainty[v + 5]!;
      looks.push({ scale, seen, gradients, certainty, pull: (rigidity * trace) / centres.length });
    }
    return new SurfaceFlow(centres, adjacency, level, looks);
  }

  /**
   * Where each vertex went.
   * @param start displacements [V, 3] to begin with
   * @returns displacements [V, 3]
   */
  async follow(expression: Radiance, start: Float32Array): Promise<Float32Array> {
    let motion = Float32Array.from(start);
    for (const look of this._looks) {
      for (let i = 0; i < iterations; i++) {
        const moved = this._centres.map((value, at) => value + motion[at]!);
        const seen = await lookAround(expression, this._level, moved, look.scale);
        motion = this._step(look, seen, motion);
      }
    }
    return motion;
  }

  private _step(look: Look, seen: Float32Array, motion: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    const around = smoothOver(motion, 3, this._adjacency, 2);
    const next = motion.slice();
    const perVertex = patchPoints * features;
    const limit = longestStep * look.scale.reach;
    for (let v = 0; v < motion.length / 3; v++) {
      const right = [0, 1, 2].map((axis) => {
        const gradient = look.gradients[axis]!;
        let sum = 0;
        for (let k = v * perVertex; k < (v + 1) * perVertex; k++) sum += gradient[k]! * (look.seen[k]! - seen[k]!);
        return sum + look.pull * (around[v * 3 + axis]! - motion[v * 3 + axis]!);
      });
      const [xx, xy, xz, yy, yz, zz] = look.certainty.subarray(v * 6, v * 6 + 6) as unknown as readonly number[];
      const p = look.pull;
      const left: Matrix3 = [xx! + p, xy!, xz!, xy!, yy! + p, yz!, xz!, yz!, zz! + p];
      const inverse = inverse3(left);
      if (!inverse) continue;
      for (let axis = 0; axis < 3; axis++) {
        const step = [0, 1, 2].reduce((sum, k) => sum + inverse[axis * 3 + k]! * right[k]!, 0);
        next[v * 3 + axis]! += Math.min(limit, Math.max(-limit, step));
      }
    }
    return next;
  }
}

function squares(gradients: readonly Float32Array[], vertices: number): Float64Array {
  const pairs = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 1],
    [1, 2],
    [2, 2],
  ] as const;
  const out = new Float64Array(vertices * 6);
  const perVertex = patchPoints * features;
  for (let v = 0; v < vertices; v++) {
    pairs.forEach(([a, b], pair) => {
      let sum = 0;
      for (let k = v * perVertex; k < (v + 1) * perVertex; k++) sum += gradients[a]![k]! * gradients[b]![k]!;
      out[v * 6 + pair] = sum;
    });
  }
  return out;
}
