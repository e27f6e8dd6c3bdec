import type { Base } from '../../../runtime/checkpoint/index.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import type { Execution } from '../../../runtime/execution/execution.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { tinyBase } from '../../network/tinyBase.js';

/** Texels of a plane's side. */
const side = 24;

function filled({ dims, data }: Tensor, gain: number, values: (row: number, column: number) => number): Tensor {
  const columns = dims[1] ?? 1;
  return { dims, data: data.map((_, i) => values(Math.floor(i / columns), i % columns) / gain) };
}

/**
 * A base whose head is a soft, coloured ball, so that pictures are smooth and can be compared closely. Feature 0 of the
 * planes adds up to the squared distance from the middle, features 1 to 3 are coordinates.
 */
export async function ballBase(): Promise<Base> {
  const tiny = await tinyBase();
  const tensors = new Map(tiny.tensors);
  const rate = tiny.config.decoder.lrMultiplier;
  const of = (name: string): Tensor => tiny.tensors.get(`decoder.net.${name}`)!;
  const channels = of('0.weight').dims[1]!;
  const hidden = of('0.weight').dims[0]!;
  const gain1 = rate / Math.sqrt(channels);
  const gain2 = rate / Math.sqrt(hidden);
  // hidden[i] = softplus(8 feature[i] + b): nearly linear; the first grows with the distance.
  const set = (name: string, gain: number, values: (row: number, column: number) => number): void => {
    tensors.set(`decoder.net.${name}`, filled(of(name), gain, values));
  };
  set('0.weight', gain1, (row, column) => (row === column && row < 4 ? 8 : 0));
  set('0.bias', rate, (row) => (row === 0 ? 0 : 4));
  // Density falls from the middle outward; colours follow the coordinates.
  set('2.weight', gain2, (row, column) => (row === column ? (row === 0 ? -20 : 1.5) : 0));
  set('2.bias', rate, (row) => (row === 0 ? 35 : -6));
  const config: Base['config'] = {
    ...tiny.config,
    superresolution: null,
    rendering: { ...tiny.config.rendering, boxWarp: 1, disparitySpaceSampling: false, whiteBack: false },
  };
  return { ...tiny, tensors, config };
}

/** Planes of the ball; `size` is its radius, about. */
export function ballPlanes(base: Base, size: number): { dims: number[]; data: Float32Array } {
  const { planeChannels: channels } = networkLayout(base);
  const dims = [1, 3 * channels, side, side];
  const data = new Float32Array(3 * channels * side * side);
  const at = (index: number): number => ((index + 0.5) / side - 0.5) * base.config.rendering.boxWarp;
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [u, v] = [at(x), at(y)];
        const put = (channel: number, value: number): void => {
          data[((plane * channels + channel) * side + y) * side + x] = value;
        };
        // Every coordinate lies on two of the three planes, whose mean the renderer takes.
        put(0, (1.5 * (u * u + v * v)) / (size * size) / 2);
        put(1, plane === 0 ? 3 * u : 0);
        put(2, plane === 0 ? 3 * v : 0);
        put(3, plane === 1 ? 2 * u : 0);
      }
    }
  }
  return { dims, data };
}

/** What the fake network counts. */
export interface BallNetwork {
  readonly execution: () => Promise<Execution>;
  sessions: number;
  runs: number;
  disposed: number;
}

/** A network that makes balls: the first number of `ws` is the radius. */
export function ballNetwork(base: Base): BallNetwork {
  const network: BallNetwork = {
    execution: () =>
      Promise.resolve({
        name: 'ball',
        device: null,
        load: () => {
          network.sessions++;
          return Promise.resolve({
            inputs: ['ws'],
            run: (feeds) => {
              network.runs++;
              const { data } = feeds.ws as Tensor;
              const planes = { ...ballPlanes(base, data[0]!), buffer: null, release: () => undefined };
              return Promise.resolve({ planes });
            },
            dispose: () => {
              network.disposed++;
              return Promise.resolve();
            },
          });
        },
      }),
    sessions: 0,
    runs: 0,
    disposed: 0,
  };
  return network;
}

/** ws of a ball of that radius. */
export function ballWs(base: Base, radius: number): Tensor {
  const { numWs, wDim } = networkLayout(base);
  const data = new Float32Array(numWs * wDim);
  data[0] = radius;
  return { dims: [numWs, wDim], data };
}
