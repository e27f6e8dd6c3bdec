import { AssetError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { GraphBuilder, type Graph, type Value } from '../../../runtime/network/graph.js';
import { add, concat, mul, relu, reshape, transpose } from '../../../runtime/network/operators.js';
import * as vision from '../../../runtime/network/visionOperators.js';
import type { Layer, LayerList } from './layer.js';

/** Weights by their names in the asset. */
export type NetTensors = ReadonlyMap<string, Tensor>;

function layerValue(
  g: GraphBuilder,
  layer: Layer,
  from: readonly Value[],
  weight: (name: string) => Tensor,
  name: string,
) {
  const x = from[0]!;
  const parameter = (key: string): Value => g.parameter(`${name}.${key}`, weight(key));
  switch (layer.op) {
    case 'conv':
      return vision.windowConv(g, x, parameter('weight'), parameter('bias'), layer);
    case 'depthwise':
      return vision.windowConv(g, x, parameter('weight'), parameter('bias'), { ...layer, group: x.dims[1]! });
    case 'transposed':
      return vision.doublingConv(g, x, parameter('weight'), parameter('bias'));
    case 'prelu':
      return vision.parametricRelu(g, x, weight('slope'), `${name}.slope`);
    case 'relu':
      return relu(g, x);
    case 'sigmoid':
      return vision.sigmoid(g, x);
    case 'hardSwish':
      return vision.hardSwish(g, x);
    case 'mean':
      return vision.channelMean(g, x);
    case 'maxPool':
      return vision.windowMax(g, x, layer.size, layer);
    case 'resize':
      return vision.resizeBilinear(g, x, layer.height, layer.width);
    case 'padChannels':
      return vision.padEnd(g, x, { channels: layer.count });
    case 'add':
      return add(g, x, from[1]!);
    case 'multiply':
      return mul(g, x, from[1]!);
    case 'rows': {
      const count = x.dims.reduce((product, size) => product * size, 1);
      return reshape(g, transpose(g, x, [0, 2, 3, 1]), [1, count / layer.width, layer.width]);
    }
    case 'appendRows':
      return concat(g, from, 1);
  }
}

/**
 * The graph of a net: input `picture` [1, 3, size, size], outputs as the list names them.
 * @throws AssetError `faces/layer` where the list names a value or a weight that is not there
 */
export function netGraph(name: string, { size, layers, outputs }: LayerList, tensors: NetTensors): Graph {
  const g = new GraphBuilder(name);
  const values: Value[] = [g.input('picture', [1, 3, size, size])];
  const valueAt = (index: number): Value => {
    const value = values[index];
    if (!value) throw new AssetError('faces/layer', `${name}: expected a value before ${values.length}, got ${index}.`);
    return value;
  };
  layers.forEach((layer, i) => {
    const own = `${name}.${i}`;
    const weight = (key: string): Tensor => {
      const tensor = tensors.get(`${own}.${key}`);
      if (!tensor) throw new AssetError('faces/layer', `${own}.${key}: expected a tensor of the file, got none.`);
      return tensor;
    };
    values.push(layerValue(g, layer, layer.from.map(valueAt), weight, own));
  });
  for (const [key, index] of Object.entries(outputs)) g.output(key, valueAt(index));
  return g.build();
}
