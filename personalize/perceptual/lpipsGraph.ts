import { GraphBuilder, type Graph, type Value } from '../../runtime/network/graph.js';
import * as op from '../../runtime/network/operators.js';
import { resizeImage } from '../../runtime/network/resizeImage.js';
import type { LpipsNetwork, Stage } from './lpipsNetwork.js';

/** LPIPS's heads were fitted on images of this side; smaller ones are enlarged to it. */
const leastSide = 64;

/** LPIPS's scaling layer: what ImageNet's mean and deviation are for colours in -1..1. */
const shift = [-0.03, -0.088, -0.188];
const spread = [0.458, 0.448, 0.45];

/** LPIPS adds 1e-10 to the norm; inside the root its square also keeps the gradient finite where all channels are 0. */
const tiny = 1e-20;

/** f / |f| over the channels of [1, C, H, W]. */
function unit(g: GraphBuilder, f: Value): Value {
  const energy = op.reduceSum(g, op.mul(g, f, f), [1], true);
  return op.div(g, f, op.sqrt(g, op.offset(g, energy, tiny)));
}

function activations(g: GraphBuilder, x: Value, { pool, convolutions }: Stage): Value {
  let y = pool ? op.maxPool(g, x, pool.kernel, pool.stride) : x;
  for (const { name, weight, bias, stride, pad } of convolutions) {
    const added = g.parameter(name.replace('weight', 'bias'), { dims: [1, bias.dims[0]!, 1, 1], data: bias.data });
    y = op.relu(g, op.add(g, op.conv(g, y, g.parameter(name, weight), { stride, pad }), added));
  }
  return y;
}

/** Unit activations at every tap: [1, C, H, W] each. */
function taps(g: GraphBuilder, network: LpipsNetwork, image: Value): Value[] {
  const side = image.dims[3]!;
  const large = side < leastSide ? resizeImage(g, image, leastSide, false) : image;
  const shifted = op.add(
    g,
    large,
    g.constant(
      'shift',
      shift.map((value) => -value),
      [1, 3, 1, 1],
    ),
  );
  let x = op.mul(
    g,
    shifted,
    g.constant(
      'spread',
      spread.map((value) => 1 / value),
      [1, 3, 1, 1],
    ),
  );
  return network.stages.map((stage, k) =>
    g.scope(`tap${k}`, () => {
      x = activations(g, x, stage);
      return unit(g, x);
    }),
  );
}

export const tapName = (index: number): string => `tap${index}`;

/** `image` [1, 3, S, S] in -1..1 -> `tap0` to `tap4`: what an image is compared by. */
export function lpipsTapsGraph(network: LpipsNetwork, side: number): Graph {
  const g = new GraphBuilder(`lpips ${network.variant} taps`);
  taps(g, network, g.input('image', [1, 3, side, side])).forEach((tap, k) => g.output(tapName(k), tap));
  return g.build();
}

/**
 * `image` [1, 3, S, S] in -1..1 and `tap0` to `tap4` of another image -> `distance` [1]:
 *   d = sum over taps of mean over places of sum over channels of head_c (f_c / |f| - g_c / |g|)^2.
 * Source: LPIPS (Zhang 2018), equation 1, with its scaling of colours.
 */
export function lpipsDistanceGraph(network: LpipsNetwork, side: number): Graph {
  const g = new GraphBuilder(`lpips ${network.variant}`);
  let sum: Value | null = null;
  taps(g, network, g.input('image', [1, 3, side, side])).forEach((tap, k) => {
    const { head } = network.stages[k]!;
    const difference = op.add(g, tap, op.scale(g, g.input(tapName(k), tap.dims), -1));
    const weight = g.parameter(`lin${k}`, { dims: [1, head.data.length, 1, 1], data: head.data });
    const weighted = op.mul(g, op.mul(g, difference, difference), weight);
    const [, , rows, columns] = tap.dims as [number, number, number, number];
    const mean = op.scale(g, op.reduceSum(g, weighted, [1, 2, 3]), 1 / (rows * columns));
    sum = sum ? op.add(g, sum, mean) : mean;
  });
  g.output('distance', sum!);
  return g.build();
}
