import { ShapeError } from '../core/errors.js';
import { formatDims, type Tensor } from '../core/tensor.js';
import type { GraphBuilder, Value } from './graph.js';
import { add, mul, relu } from './operators.js';

/**
 * Operators of nets that only read pictures and are never trained; none has a backward rule. Values are [N, C, H, W],
 * windows are square. Sizes and padding follow TensorFlow's rules.
 */

/** `same`: ceil(size / stride) places, an odd row or column of padding goes to the end. `valid`: no padding. */
export type Padding = 'same' | 'valid';

export interface WindowOptions {
  readonly stride: number;
  readonly padding: Padding;
}

interface Places {
  readonly count: number;
  readonly begin: number;
  readonly end: number;
}

function placesOf(size: number, kernel: number, { stride, padding }: WindowOptions): Places {
  if (padding === 'valid') return { count: Math.floor((size - kernel) / stride) + 1, begin: 0, end: 0 };
  const count = Math.ceil(size / stride);
  const missing = Math.max(0, (count - 1) * stride + kernel - size);
  return { count, begin: Math.floor(missing / 2), end: Math.ceil(missing / 2) };
}

type Dims4 = readonly [number, number, number, number];

function windowAttributes(kernel: number, stride: number, rows: Places, columns: Places) {
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [rows.begin, columns.begin, rows.end, columns.end],
  };
}

/**
 * Correlation with a bias: weight [O, C / group, K, K], bias [O].
 * @throws ShapeError where channels differ
 */
export function windowConv(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value,
  options: WindowOptions & { readonly group?: number },
): Value {
  const { group = 1, stride } = options;
  const [n, c, h, w] = x.dims as unknown as Dims4;
  const [o, i, kernel] = weight.dims as unknown as Dims4;
  if (i * group !== c) {
    throw new ShapeError('graph/conv', `Conv: ${formatDims(x.dims)} does not fit weight ${formatDims(weight.dims)}.`);
  }
  const [rows, columns] = [placesOf(h, kernel, options), placesOf(w, kernel, options)];
  return g.node('Conv', [x.name, weight.name, bias.name], [n, o, rows.count, columns.count], {
    ...windowAttributes(kernel, stride, rows, columns),
    group,
  });
}

function pool(op: string, attributes: Readonly<Record<string, number>>) {
  return (g: GraphBuilder, x: Value, kernel: number, options: WindowOptions): Value => {
    const [n, c, h, w] = x.dims as unknown as Dims4;
    const [rows, columns] = [placesOf(h, kernel, options), placesOf(w, kernel, options)];
    return g.node(op, [x.name], [n, c, rows.count, columns.count], {
      ...windowAttributes(kernel, options.stride, rows, columns),
      ...attributes,
    });
  };
}

/** Largest value of each window. */
export const windowMax = pool('MaxPool', {});

/** Mean of each window; padding does not count. */
export const windowMean = pool('AveragePool', { count_include_pad: 0 });

/** Mean of every channel: [N, C, 1, 1] */
export function channelMean(g: GraphBuilder, x: Value): Value {
  return g.node('GlobalAveragePool', [x.name], [x.dims[0]!, x.dims[1]!, 1, 1]);
}

/** Every pixel becomes a block of 2 x 2, plus a bias: weight [C, O, 2, 2], bias [O] -> [N, O, 2 H, 2 W] */
export function doublingConv(g: GraphBuilder, x: Value, weight: Value, bias: Value): Value {
  const [n, c, h, w] = x.dims as unknown as Dims4;
  const [i, o, kernel] = weight.dims as unknown as Dims4;
  if (i !== c || kernel !== 2) {
    throw new ShapeError(
      'graph/conv',
      `ConvTranspose: ${formatDims(x.dims)} does not fit weight ${formatDims(weight.dims)}.`,
    );
  }
  const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
  return g.node('ConvTranspose', [x.name, weight.name, bias.name], [n, o, 2 * h, 2 * w], attributes);
}

/** x where positive, else slope x, for a slope that broadcasts, such as [C, 1, 1]. Not ONNX's PRelu, which WebGPU lacks. */
export function parametricRelu(g: GraphBuilder, x: Value, slope: Tensor, name: string): Value {
  const positive = { ...slope, data: slope.data.map((value) => 1 - value) };
  return add(g, mul(g, x, g.parameter(name, slope)), mul(g, relu(g, x), g.parameter(`${name}.positive`, positive)));
}

export function sigmoid(g: GraphBuilder, x: Value): Value {
  return g.node('Sigmoid', [x.name], x.dims);
}

/** x min(max(x / 6 + 1 / 2, 0), 1) */
export function hardSwish(g: GraphBuilder, x: Value): Value {
  return g.node('HardSwish', [x.name], x.dims);
}

/** Bilinear; the middle of a pixel is half a pixel from its corner, and edges repeat. */
export function resizeBilinear(g: GraphBuilder, x: Value, height: number, width: number): Value {
  const [n, c] = x.dims as unknown as Dims4;
  const sizes = g.ints('sizes', [n, c, height, width]);
  return g.node('Resize', [x.name, '', '', sizes], [n, c, height, width], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  });
}

/** Zeros after the last channel, row and column. */
export function padEnd(
  g: GraphBuilder,
  x: Value,
  {
    channels = 0,
    rows = 0,
    columns = 0,
  }: { readonly channels?: number; readonly rows?: number; readonly columns?: number },
): Value {
  if (channels === 0 && rows === 0 && columns === 0) return x;
  const [n, c, h, w] = x.dims as unknown as Dims4;
  const pads = g.ints('pads', [0, 0, 0, 0, 0, channels, rows, columns]);
  return g.node('Pad', [x.name, pads], [n, c + channels, h + rows, w + columns], { mode: 'constant' });
}

/**
 * Takes values from other places, bilinear; beyond the border its values go on.
 * @param x [N, C, H, W]
 * @param grid [N, H', W', 2]: where each place takes its value from, x then y, -1 and 1 the middles of the first and last
 * @returns [N, C, H', W']
 */
export function gridSample(g: GraphBuilder, x: Value, grid: Value): Value {
  const [n, c] = x.dims as unknown as Dims4;
  const [, height, width] = grid.dims as unknown as Dims4;
  return g.node('GridSample', [x.name, grid.name], [n, c, height, width], {
    mode: 'bilinear',
    padding_mode: 'border',
    align_corners: 1,
  });
}
