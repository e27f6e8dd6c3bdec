import type { Base } from '../checkpoint/base/base.js';
import { ShapeError } from '../core/errors.js';
import { inverse3, type Matrix3 } from '../core/matrix3.js';
import { formatDims, type Tensor } from '../core/tensor.js';
import { requireTensor } from '../network/layout.js';

/**
 * The decoder: plane features -> density and colours, gains folded in.
 *   hidden = softplus(f W1^T + b1),  out = hidden W2^T + b2,  out[0] = density before activation,
 *   colour = sigmoid(out[1..]) * 1.002 - 0.001.
 * Source: EG3D (Chan 2022) section 4.1; facts eg3d.md section 4.
 */
export interface Decoder {
  /** Features in, hidden units, colour channels out. */
  readonly channels: number;
  readonly hidden: number;
  readonly colors: number;
  /** [hidden, channels] */
  readonly w1: Float32Array;
  readonly b1: Float32Array;
  /** [1 + colors, hidden] */
  readonly w2: Float32Array;
  readonly b2: Float32Array;
}

/** Two rows of three per plane: a point's place on plane p is (row[0] . point, row[1] . point). */
export type PlaneProjection = readonly (readonly [readonly number[], readonly number[]])[];

/** What there is to render: planes [3, C, H, W], how points fall on them, and the decoder. */
export interface Volume {
  readonly planes: Tensor;
  readonly projection: PlaneProjection;
  readonly decoder: Decoder;
}

/** Reads the decoder of a base. */
export function decoderOf(base: Base): Decoder {
  const rate = base.config.decoder.lrMultiplier;
  const first = requireTensor(base, 'decoder.net.0.weight');
  const second = requireTensor(base, 'decoder.net.2.weight');
  const [hidden, channels] = first.dims as [number, number];
  const scaled = (source: Tensor, gain: number): Float32Array => source.data.map((value) => value * gain);
  return {
    channels,
    hidden,
    colors: second.dims[0]! - 1,
    w1: scaled(first, rate / Math.sqrt(channels)),
    b1: scaled(requireTensor(base, 'decoder.net.0.bias'), rate),
    w2: scaled(second, rate / Math.sqrt(hidden)),
    b2: scaled(requireTensor(base, 'decoder.net.2.bias'), rate),
  };
}

/** Row vector times inverse matrix, first two components: the first two columns of the inverse. */
export function planeProjection(planeAxes: readonly (readonly (readonly number[])[])[]): PlaneProjection {
  return planeAxes.map((matrix, plane) => {
    const inverse = inverse3(matrix.flat() as unknown as Matrix3);
    if (!inverse) {
      throw new ShapeError('render/axes', `planeAxes[${plane}] cannot be inverted. Give three independent rows.`);
    }
    return [
      [inverse[0], inverse[3], inverse[6]],
      [inverse[1], inverse[4], inverse[7]],
    ];
  });
}

/**
 * Splits the backbone's output into planes.
 * @param output [1, 3 C, H, W] or [3, C, H, W]
 * @returns [3, C, H, W]
 */
export function asPlanes({ data, dims }: Tensor, channels: number): Tensor {
  const { width, height } = planeSize(data.length, dims, channels);
  return { dims: [3, channels, height, width], data };
}

/** Sizes of one of three planes, texels. */
export interface PlaneSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of planes, wherever they lie.
 * @param count of their numbers
 * @throws ShapeError where it is not that of three planes of so many channels
 */
export function planeSize(count: number, dims: readonly number[], channels: number): PlaneSize {
  const [height, width] = dims.slice(-2) as [number, number];
  if (count !== 3 * channels * height * width || height < 1 || width < 1) {
    throw new ShapeError(
      'render/planes',
      `planes: expected [3, ${channels}, H, W] with H and W of at least 1, got ${formatDims(dims)}.`,
    );
  }
  return { width, height };
}
