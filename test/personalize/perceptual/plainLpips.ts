import type { Tensor } from '../../../runtime/core/tensor.js';

/** [C, H, H] in float64. */
interface Maps {
  readonly channels: number;
  readonly side: number;
  readonly data: Float64Array;
}

function convolve(x: Maps, weight: Tensor, bias: Tensor, stride: number, pad: number): Maps {
  const [channels, inputs, kernel] = weight.dims as [number, number, number];
  const side = Math.floor((x.side + 2 * pad - kernel) / stride) + 1;
  const data = new Float64Array(channels * side * side);
  for (let o = 0; o < channels; o++) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        let sum = bias.data[o]!;
        for (let i = 0; i < inputs; i++) {
          for (let a = 0; a < kernel; a++) {
            for (let b = 0; b < kernel; b++) {
              const [y, z] = [row * stride + a - pad, column * stride + b - pad];
              if (y < 0 || z < 0 || y >= x.side || z >= x.side) continue;
              sum +=
                weight.data[((o * inputs + i) * kernel + a) * kernel + b]! * x.data[(i * x.side + y) * x.side + z]!;
            }
          }
        }
        data[(o * side + row) * side + column] = Math.max(0, sum);
      }
    }
  }
  return { channels, side, data };
}

function pool(x: Maps, kernel: number, stride: number): Maps {
  const side = Math.floor((x.side - kernel) / stride) + 1;
  const data = Float64Array.from({ length: x.channels * side * side }, (_, at) => {
    const [c, row, column] = [Math.floor(at / side / side), Math.floor(at / side) % side, at % side];
    let most = -Infinity;
    for (let a = 0; a < kernel; a++) {
      for (let b = 0; b < kernel; b++) {
        most = Math.max(most, x.data[(c * x.side + row * stride + a) * x.side + column * stride + b]!);
      }
    }
    return most;
  });
  return { ...x, side, data };
}

/** Twice the side as PyTorch's bilinear `interpolate` does it: weights 3/4 and 1/4, the border repeated. */
export function doubled(image: Float64Array, side: number): Float64Array {
  const at = (c: number, y: number, x: number): number => {
    const clamp = (value: number): number => Math.min(side - 1, Math.max(0, value));
    return image[(c * side + clamp(y)) * side + clamp(x)]!;
  };
  const near = (fine: number): [number, number] => {
    const own = Math.floor(fine / 2);
    return [own, fine % 2 === 0 ? own - 1 : own + 1];
  };
  return Float64Array.from({ length: 12 * side * side }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (4 * side * side)), Math.floor(i / (2 * side)) % (2 * side), i % (2 * side)];
    const [[y0, y1], [x0, x1]] = [near(y), near(x)];
    const row = (r: number): number => 0.75 * at(c, r, x0) + 0.25 * at(c, r, x1);
    return 0.75 * row(y0) + 0.25 * row(y1);
  });
}

/** Convolutions in groups between taps, by number within `features`; `max`: what is pooled in front of a group. */
const groups = {
  alex: { layers: [[0], [3], [6], [8], [10]], max: [null, [3, 2], [3, 2], null, null] },
  vgg16: {
    layers: [
      [0, 2],
      [5, 7],
      [10, 12, 14],
      [17, 19, 21],
      [24, 26, 28],
    ],
    max: [null, [2, 2], [2, 2], [2, 2], [2, 2]],
  },
} as const;

function activations(tensors: ReadonlyMap<string, Tensor>, variant: 'alex' | 'vgg16', image: Float64Array): Maps[] {
  const side = Math.sqrt(image.length / 3);
  const [mean, deviation] = [
    [-0.03, -0.088, -0.188],
    [0.458, 0.448, 0.45],
  ];
  const scaled = image.map((value, i) => {
    const c = Math.floor(i / side / side);
    return (value - mean[c]!) / deviation[c]!;
  });
  let x: Maps = { channels: 3, side, data: scaled };
  const { layers, max } = groups[variant];
  return layers.map((numbers, k) => {
    const window = max[k];
    if (window) x = pool(x, window[0], window[1]);
    for (const layer of numbers) {
      const weight = tensors.get(`features.${layer}.weight`)!;
      const kernel = weight.dims[2]!;
      const [stride, pad] = kernel === 11 ? [4, 2] : [1, (kernel - 1) / 2];
      x = convolve(x, weight, tensors.get(`features.${layer}.bias`)!, stride, pad);
    }
    return x;
  });
}

/**
 * LPIPS (Zhang 2018) in loops, as a reference.
 * @param a, b [3, S, S], -1..1, S at least 64
 */
export function plainLpips(
  tensors: ReadonlyMap<string, Tensor>,
  variant: 'alex' | 'vgg16',
  a: Float64Array,
  b: Float64Array,
): number {
  const [first, second] = [activations(tensors, variant, a), activations(tensors, variant, b)];
  let distance = 0;
  first.forEach(({ channels, side, data }, k) => {
    const other = second[k]!.data;
    const head = tensors.get(`lin${k}.model.1.weight`)!.data;
    const area = side * side;
    for (let at = 0; at < area; at++) {
      const norm = (maps: Float64Array): number => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += maps[c * area + at]! ** 2;
        return Math.sqrt(sum) + 1e-10;
      };
      const [own, its] = [norm(data), norm(other)];
      for (let c = 0; c < channels; c++) {
        distance += (head[c]! * (data[c * area + at]! / own - other[c * area + at]! / its) ** 2) / area;
      }
    }
  });
  return distance;
}
