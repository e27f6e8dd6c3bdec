import { NumericError } from '../../runtime/core/errors.js';

/** Adam's two moments of one variable. */
export interface Moments {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** Steps so far; the bias correction needs it. */
  steps: number;
}

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, x -= rate m^ / (sqrt(v^) + eps), each variable with a rate and a count
 * of its own, because an anchor is trained only when its photo comes up.
 * Source: Kingma and Ba 2015, algorithm 1.
 */
export class Adam {
  readonly moments = new Map<string, Moments>();
  private readonly _beta1: number;
  private readonly _beta2: number;
  private readonly _epsilon: number;

  constructor({ beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8 }: AdamOptions = {}) {
    [this._beta1, this._beta2, this._epsilon] = [beta1, beta2, epsilon];
  }

  /**
   * Moves a variable against its gradient, in place.
   * @throws NumericError where the gradient is not finite; the variable stays as it was
   */
  step(name: string, values: Float32Array, gradient: ArrayLike<number>, rate: number): void {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(gradient[i])) {
        throw new NumericError(
          'training/gradient',
          `training: the gradient of ${name} is ${gradient[i] ?? 'missing'} at ${i}. Lower the learning rate.`,
        );
      }
    }
    let state = this.moments.get(name);
    if (!state) {
      state = { mean: new Float32Array(values.length), square: new Float32Array(values.length), steps: 0 };
      this.moments.set(name, state);
    }
    state.steps++;
    const { mean, square } = state;
    const [b1, b2] = [this._beta1, this._beta2];
    const rate1 = rate / (1 - b1 ** state.steps);
    const scale2 = 1 / (1 - b2 ** state.steps);
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      mean[i] = b1 * mean[i]! + (1 - b1) * g;
      square[i] = b2 * square[i]! + (1 - b2) * g * g;
      values[i]! -= (rate1 * mean[i]!) / (Math.sqrt(square[i]! * scale2) + this._epsilon);
    }
  }
}
