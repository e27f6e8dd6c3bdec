import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { cameraLabel } from '../../runtime/camera/camera.js';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Execution, Feed } from '../../runtime/execution/execution.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { networkLayout, requireTensor, type NetworkLayout } from '../../runtime/network/layout.js';
import { mappingGraph } from '../../runtime/network/mapping.js';
import { expressionSpread } from './expressionSpread.js';

const batch = 64;
const samples = 2048;
/** Directions narrower than this share of the widest are kept at it, so that nothing is frozen altogether. */
const leastSpread = 0.01;

/** Adds variance along a vector, one standard deviation long. */
function addVariance(covariance: Matrix, vector: Float32Array): void {
  vector.forEach((a, i) => {
    if (a !== 0) vector.forEach((b, k) => covariance.set(i, k, covariance.get(i, k) + a * b));
  });
}

/**
 * Coordinates of W in which a base's own latents are spread evenly: w = wAvg + sum_k v_k sigma_k e_k with the principal axes
 * e_k of what the mapping network makes. An optimiser's step is then as long, for the face, in every direction, and |v|^2
 * says how unlikely a latent is.
 */
export class LatentSpace {
  private constructor(
    readonly layout: NetworkLayout,
    /** [wDim] */
    readonly mean: Float32Array,
    /** `[wDim, wDim]`: row k is sigma_k e_k */
    private readonly _axes: Float32Array,
    /** [wDim] */
    private readonly _spreads: Float32Array,
  ) {}

  /**
   * Measures the mapping network on fixed seeds.
   * @param directions of the base; with them W is as wide along its expressions as photos are
   */
  static async measure(base: Base, execution: Execution, directions?: Directions): Promise<LatentSpace> {
    const layout = networkLayout(base);
    const { zDim, cDim, wDim } = layout;
    const session = await execution.load(mappingGraph(base, batch));
    const z = standardNormal(0, samples * zDim);
    const label = cameraLabel(frontalCamera(base.config.camera));
    const w = new Matrix(samples, wDim);
    for (let first = 0; first < samples; first += batch) {
      const feeds: Record<string, Feed> = {
        z: { dims: [batch, zDim], data: z.slice(first * zDim, (first + batch) * zDim) },
      };
      if (cDim > 0) {
        feeds.c = {
          dims: [batch, cDim],
          data: Float32Array.from({ length: batch * cDim }, (_, i) => label[i % cDim]!),
        };
      }
      const { data } = (await session.run(feeds)).w!;
      for (let i = 0; i < batch; i++) for (let k = 0; k < wDim; k++) w.set(first + i, k, data![i * wDim + k]!);
    }
    await session.dispose();
    w.subRowVector(w.mean('column'));
    const covariance = w.transpose().mmul(w).div(samples);
    for (const vector of directions ? expressionSpread(directions) : []) addVariance(covariance, vector);
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
    const widest = Math.sqrt(Math.max(...realEigenvalues, 1e-12));
    const spreads = Float32Array.from(realEigenvalues, (value) =>
      Math.max(leastSpread * widest, Math.sqrt(Math.max(0, value))),
    );
    const axes = Float32Array.from(
      { length: wDim * wDim },
      (_, i) => spreads[Math.floor(i / wDim)]! * eigenvectorMatrix.get(i % wDim, Math.floor(i / wDim)),
    );
    return new LatentSpace(layout, requireTensor(base, 'backbone.mapping.w_avg').data, axes, spreads);
  }

  /**
   * @param v [rows, wDim], rows 1 or numWs
   * @returns ws [numWs, wDim]
   */
  toWs(v: Float32Array): Tensor {
    const { numWs, wDim } = this.layout;
    const rows = v.length / wDim;
    const data = new Float32Array(numWs * wDim);
    for (let row = 0; row < rows; row++) {
      const w = Float64Array.from(this.mean);
      for (let k = 0; k < wDim; k++) {
        const amount = v[row * wDim + k]!;
        if (amount === 0) continue;
        for (let i = 0; i < wDim; i++) w[i]! += amount * this._axes[k * wDim + i]!;
      }
      data.set(w, row * wDim);
    }
    for (let row = rows; row < numWs; row++) data.copyWithin(row * wDim, 0, wDim);
    return { dims: [numWs, wDim], data };
  }

  /**
   * From a gradient by ws to one by v.
   * @param byWs [numWs, wDim]
   * @param rows 1: all rows share one w
   */
  backward(byWs: Float32Array, rows: number): Float32Array {
    const { numWs, wDim } = this.layout;
    const byV = new Float32Array(rows * wDim);
    for (let row = 0; row < rows; row++) {
      const byW = new Float64Array(wDim);
      for (let r = row; r < numWs; r += rows === 1 ? 1 : numWs) {
        for (let i = 0; i < wDim; i++) byW[i]! += byWs[r * wDim + i]!;
      }
      for (let k = 0; k < wDim; k++) {
        let sum = 0;
        for (let i = 0; i < wDim; i++) sum += byW[i]! * this._axes[k * wDim + i]!;
        byV[row * wDim + k] = sum;
      }
    }
    return byV;
  }

  /**
   * Coordinates of one w, the inverse of `toWs`.
   * @param w [wDim]
   */
  fromW(w: Float32Array): Float32Array {
    const { wDim } = this.layout;
    return Float32Array.from({ length: wDim }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < wDim; i++) sum += (w[i]! - this.mean[i]!) * this._axes[k * wDim + i]!;
      return sum / this._spreads[k]! ** 2;
    });
  }
}
