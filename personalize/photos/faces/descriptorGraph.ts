import { AssetError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { GraphBuilder, type Graph, type Value } from '../../../runtime/network/graph.js';
import { add, matMul, relu, reshape } from '../../../runtime/network/operators.js';
import { channelMean, padEnd, windowConv, windowMax, windowMean } from '../../../runtime/network/visionOperators.js';

/** Side of the chip that the net looks at. */
export const chipSize = 150;

/** Residual units after the first convolution; those named so halve the picture. */
const units = [
  ...['conv32_1', 'conv32_2', 'conv32_3'],
  ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ...['conv128_down', 'conv128_1', 'conv128_2'],
  ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
];

class DescriptorBuilder {
  readonly g = new GraphBuilder('descriptor');

  constructor(private readonly _tensors: ReadonlyMap<string, Tensor>) {}

  tensor(name: string): Tensor {
    const tensor = this._tensors.get(name);
    if (!tensor) throw new AssetError('faces/descriptor', `descriptor: expected weights named ${name}, got none.`);
    return tensor;
  }

  /** A convolution and the scale after it, as one. */
  conv(x: Value, name: string, stride: number, padding: 'same' | 'valid'): Value {
    const { dims, data } = this.tensor(`${name}/conv/filters`);
    const [kernel, , inputs, outputs] = dims as [number, number, number, number];
    const bias = this.tensor(`${name}/conv/bias`).data;
    const [factor, term] = ['weights', 'biases'].map((key) => this.tensor(`${name}/scale/${key}`).data);
    const window = kernel * kernel;
    const weight = new Float32Array(data.length);
    for (let place = 0, from = 0; place < window; place++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++, from++) weight[(o * inputs + i) * window + place] = data[from]! * factor![o]!;
      }
    }
    const { g } = this;
    return windowConv(
      g,
      x,
      g.parameter(`${name}.weight`, { dims: [outputs, inputs, kernel, kernel], data: weight }),
      g.parameter(`${name}.bias`, { dims: [outputs], data: bias.map((value, o) => value * factor![o]! + term![o]!) }),
      { stride, padding },
    );
  }

  /** Two convolutions beside a short cut, which grows by zeros where it is smaller. */
  unit(x: Value, name: string): Value {
    const { g } = this;
    const halves = name.includes('_down');
    const first = relu(g, this.conv(x, `${name}/conv1`, halves ? 2 : 1, halves ? 'valid' : 'same'));
    const main = this.conv(first, `${name}/conv2`, 1, 'same');
    if (!halves) return relu(g, add(g, main, x));
    const shortcut = windowMean(g, x, 2, { stride: 2, padding: 'valid' });
    const missing = (value: Value, other: Value, axis: number): number =>
      Math.max(0, other.dims[axis]! - value.dims[axis]!);
    const grown = (value: Value, other: Value): Value =>
      padEnd(g, value, {
        channels: missing(value, other, 1),
        rows: missing(value, other, 2),
        columns: missing(value, other, 3),
      });
    return relu(g, add(g, grown(main, shortcut), grown(shortcut, main)));
  }
}

/**
 * dlib's ResNet: `picture` [1, 3, 150, 150], 0..255 less its mean colour, / 256, to `descriptor` [1, 128].
 * @throws AssetError `faces/descriptor` where a weight is missing
 */
export function descriptorGraph(tensors: ReadonlyMap<string, Tensor>): Graph {
  const builder = new DescriptorBuilder(tensors);
  const { g } = builder;
  const picture = g.input('picture', [1, 3, chipSize, chipSize]);
  let x = relu(g, builder.conv(picture, 'conv32_down', 2, 'valid'));
  x = windowMax(g, x, 3, { stride: 2, padding: 'valid' });
  for (const name of units) x = builder.unit(x, name);
  const mean = reshape(g, channelMean(g, x), [1, x.dims[1]!]);
  g.output('descriptor', matMul(g, mean, g.parameter('fc', builder.tensor('fc'))));
  return g.build();
}
