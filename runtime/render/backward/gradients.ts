import type { Decoder } from '../volume.js';

/** Gradients of a loss by what the renderer made; an absent one is 0. R rays. */
export interface ViewGradients {
  /** [channels, R] */
  readonly features: ArrayLike<number>;
  /** [R] */
  readonly depth?: ArrayLike<number>;
  /** [R] */
  readonly alpha?: ArrayLike<number>;
}

/** Gradients by what the renderer was given. */
export interface VolumeGradients {
  /** [3, C, H, W] */
  readonly planes: Float64Array | Float32Array;
  /** By the decoder's numbers as `Decoder` holds them, gains folded in. */
  readonly decoder: DecoderGradients;
  /** `[R, 3]`: by each ray's origin and by its unit direction */
  readonly origins: Float64Array;
  readonly directions: Float64Array;
}

export interface DecoderGradients {
  readonly w1: Float64Array;
  readonly b1: Float64Array;
  readonly w2: Float64Array;
  readonly b2: Float64Array;
}

export function zeroDecoderGradients({ w1, b1, w2, b2 }: Decoder): DecoderGradients {
  const like = (values: Float32Array): Float64Array => new Float64Array(values.length);
  return { w1: like(w1), b1: like(b1), w2: like(w2), b2: like(b2) };
}
