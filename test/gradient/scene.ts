import { resolve } from 'node:path';
import { cameraFromLabel } from '../../runtime/camera/camera.js';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { readBase, type Base } from '../../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { nodeExecution } from '../../runtime/execution/node.js';
import { gradientGraph } from '../../runtime/network/gradient/gradientGraph.js';
import type { Graph } from '../../runtime/network/graph.js';
import { networkLayout } from '../../runtime/network/layout.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { superresolutionGraph } from '../../runtime/network/superresolution.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { renderBackward } from '../../runtime/render/backward/renderBackward.js';
import type { VolumeGradients } from '../../runtime/render/backward/gradients.js';
import { raysFor, renderRays } from '../../runtime/render/cpuRenderer.js';
import { renderSettings } from '../../runtime/render/settings.js';
import { asPlanes, decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { golden } from '../harness/npz.js';

/** Values of the goldens' hash: mean 0, given spread. */
export const hashed = (name: string, count: number, std = 1): Float32Array => {
  const key = hashKey(`4:${name}`);
  return Float32Array.from({ length: count }, (_, i) => std * Math.sqrt(3) * (2 * hashUniform(key, i) - 1));
};

export async function tinyBase(): Promise<Base> {
  const source = await fileSource(resolve('test/goldens/tiny-network.pkl'));
  try {
    return await readBase(source);
  } finally {
    await source.close();
  }
}

async function run(
  execution: Execution,
  graph: Graph,
  feeds: Record<string, Float32Array>,
): Promise<Map<string, Float32Array>> {
  const session = await execution.load(graph);
  const named = Object.fromEntries(graph.inputs.map(({ name, dims }) => [name, { dims, data: feeds[name]! }]));
  const outputs = await session.run(named);
  const arrays = new Map(Object.entries(outputs).map(([name, { data }]) => [name, data!.slice()]));
  await session.dispose();
  return arrays;
}

export interface LossGradients {
  readonly loss: number;
  readonly ws: Float32Array;
  readonly volume: VolumeGradients;
  /** By network input or tensor name. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

/**
 * The goldens' loss, mean(image T1) + mean(image_raw T2) + mean(depth T3) + mean(image^2) / 2, and its gradients, through
 * super-resolution, renderer and backbone. Source: facts eg3d.md section 9.
 * @param fed values of the networks' further inputs
 */
export async function lossGradients(
  base: Base,
  wrt: { readonly synthesis: readonly string[]; readonly superresolution: readonly string[] },
  adaptation?: Adaptation,
  fed: Readonly<Record<string, Float32Array>> = {},
): Promise<LossGradients> {
  const main = golden('tiny_main');
  const { numWs, wDim, planeChannels, planeResolution: side, featureChannels } = networkLayout(base);
  const ws = new Float32Array(numWs * wDim);
  for (let row = 0; row < numWs; row++) ws.set(main.get('z0.w')!.data, row * wDim);
  // The number of threads decides the order of sums: 0 would leave it to the machine, and gradients jump where a unit is near 0.
  const execution = await nodeExecution({ threads: 2 });
  const options = adaptation ? { adaptation } : {};
  const synthesis = synthesisGraph(base, options);
  const superresolution = superresolutionGraph(base, options);

  const planes = (await run(execution, synthesis, { ...fed, ws })).get('planes')!;
  const volume = {
    planes: asPlanes({ dims: [3 * planeChannels, side, side], data: planes }, planeChannels),
    projection: planeProjection(base.config.planeAxes),
    decoder: decoderOf(base),
  };
  const settings = renderSettings(base.config.rendering, featureChannels);
  const rays = raysFor(cameraFromLabel(main.get('c_A')!.data), base.config.neuralRenderingResolution, settings);
  const view = renderRays(volume, rays, settings);
  const image = (await run(execution, superresolution, { ...fed, ws, features: view.features })).get('image')!;

  const raw = 3 * rays.count;
  const [t1, t2] = [hashed('grad.T.image', image.length), hashed('grad.T.image_raw', raw)];
  const t3 = hashed('grad.T.image_depth', rays.count);
  const dot = (a: Float32Array, b: Float32Array, count: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += a[i]! * b[i]!;
    return sum / count;
  };
  const loss =
    dot(image, t1, image.length) +
    dot(view.features, t2, raw) +
    dot(view.depth, t3, rays.count) +
    dot(image, image, image.length) / 2;

  const behind = await run(
    execution,
    gradientGraph(superresolution, { wrt: ['ws', 'features', ...wrt.superresolution] }),
    {
      ...fed,
      ws,
      features: view.features,
      'grad.image': image.map((value, i) => (t1[i]! + value) / image.length),
    },
  );
  const byFeatures = behind.get('grad.features')!.slice();
  for (let i = 0; i < raw; i++) byFeatures[i]! += t2[i]! / raw;
  const byVolume = renderBackward(volume, rays, settings, {
    features: byFeatures,
    depth: t3.map((value) => value / rays.count),
  });
  const front = await run(execution, gradientGraph(synthesis, { wrt: ['ws', ...wrt.synthesis] }), {
    ...fed,
    ws,
    'grad.planes': Float32Array.from(byVolume.planes),
  });
  const parameters = new Map([...front, ...behind].filter(([name]) => name.startsWith('grad.')));
  return {
    loss,
    ws: front.get('grad.ws')!.map((value, i) => value + behind.get('grad.ws')![i]!),
    volume: byVolume,
    parameters: new Map([...parameters].map(([name, value]) => [name.slice('grad.'.length), value])),
  };
}

/** Every second row and column of [C, side, side]. */
export function everySecond(values: ArrayLike<number>, channels: number, side: number): Float32Array {
  const half = side / 2;
  return Float32Array.from({ length: channels * half * half }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (half * half)), Math.floor(i / half) % half, i % half];
    return values[(c * side + 2 * y) * side + 2 * x]!;
  });
}

/** L2 norm of the difference over that of the expected values. */
export function relative(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return actual.length === expected.length ? Math.sqrt(difference / norm) : Infinity;
}
