import type { Base } from '../../runtime/checkpoint/base/base.js';
import { HeadError } from '../../runtime/core/errors.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import type { Execution, Feed, Output, Session } from '../../runtime/execution/execution.js';
import { gradientGraph, gradientName } from '../../runtime/network/gradient/gradientGraph.js';
import { splitGradient, type SplitGradient } from '../../runtime/network/gradient/splitGradient.js';
import type { Graph, Value } from '../../runtime/network/graph.js';
import { networkLayout, type NetworkLayout } from '../../runtime/network/layout.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import type { ViewGradients } from '../../runtime/render/backward/gradients.js';
import { readFloats } from '../../runtime/render/gpu/buffers.js';
import type { RenderedRays } from '../../runtime/render/rayMarch.js';
import type { Rays } from '../../runtime/render/rays.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { trainingView, type TrainingView, type TrainingViewGradients } from './trainingView.js';

/** Numbers fed to the synthesis network, by input name, beside `ws`. */
export type Variables = ReadonlyMap<string, Tensor>;

export interface DifferentiableHeadOptions {
  readonly base: Base;
  readonly execution: Execution;
  /** A device for the ray-march; absent: the CPU. */
  readonly device?: GPUDevice;
  /** What of the network comes from outside. */
  readonly adaptation: Adaptation;
  /** Sampling of the training rays. */
  readonly settings: RenderSettings;
  /** Inputs whose gradients are wanted: `ws` and names of variables. */
  readonly wrt: readonly string[];
  /** Gradients by the rays are wanted too, for cameras. Default false: on the CPU they are 0. */
  readonly rays?: boolean;
}

/** Gradients of a loss by what was fed. */
export interface HeadGradients {
  /** By input name. */
  readonly variables: ReadonlyMap<string, Float32Array>;
  /** [R, 3], for cameras */
  readonly rays: Pick<TrainingViewGradients, 'origins' | 'directions'>;
}

/**
 * Latents and adaptation in, rays out, and gradients back: synthesis network and renderer as one differentiable thing.
 * The renderer stands between the network's forward and backward pass; activations are handed from one to the other.
 */
export class DifferentiableHead {
  readonly layout: NetworkLayout;
  private _fed: Record<string, Feed> | null = null;
  private _made: Record<string, Output> = {};

  private constructor(
    readonly base: Base,
    private readonly _forward: Session,
    private readonly _backward: Session,
    private readonly _view: TrainingView,
    private readonly _wrt: readonly string[],
    private readonly _kept: readonly Value[],
    private readonly _planeDims: readonly number[],
    /** Whose buffers the planes are in where they are in any. */
    private readonly _device: GPUDevice | null,
  ) {
    this.layout = networkLayout(base);
  }

  static async create(options: DifferentiableHeadOptions): Promise<DifferentiableHead> {
    const { base, execution, device, adaptation, settings, wrt, rays = false } = options;
    const graph = synthesisGraph(base, { adaptation });
    const shares = device !== undefined && execution.device === device;
    // On a device whose buffers cannot be shared, computing activations again is cheaper than bringing them down and up.
    const cheap = shares || execution.name !== 'webgpu';
    const halves = cheap ? splitGradient(graph, { wrt }) : recomputed(graph, wrt);
    const forward = await execution.load(halves.forward, { keepOnGpu: shares });
    const backward = await execution.load(halves.backward);
    const view = await trainingView({
      execution,
      decoder: decoderOf(base),
      projection: planeProjection(base.config.planeAxes),
      settings,
      rays,
      ...(device ? { device } : {}),
    });
    return new DifferentiableHead(
      base,
      forward,
      backward,
      view,
      wrt,
      halves.kept,
      graph.outputs[0]!.dims,
      execution.device,
    );
  }

  /**
   * Makes the planes and renders rays.
   * @param ws [numWs, wDim]
   */
  async render(ws: Tensor, variables: Variables, rays: Rays): Promise<RenderedRays> {
    await this._run(ws, variables);
    this._view.setPlanes(this._made.planes!);
    return this._view.render(rays);
  }

  /**
   * Makes the planes alone; rays that were rendered before are gone.
   * @param ws [numWs, wDim]
   * @returns [3 C, H, W]
   */
  async planes(ws: Tensor, variables: Variables): Promise<Float32Array> {
    await this._run(ws, variables);
    const { data, buffer, dims } = this._made.planes!;
    return data ? data.slice() : readFloats(this._device!, buffer!, sizeOf(dims));
  }

  /** More rays of the head rendered last. */
  renderMore(rays: Rays): Promise<RenderedRays> {
    return this._view.render(rays);
  }

  /**
   * Gradients of the view rendered last.
   * @throws HeadError before a view was rendered
   */
  async backward(rays: Rays, gradients: ViewGradients): Promise<HeadGradients> {
    const fed = this._requireFed();
    const { planes, origins, directions } = await this._view.backward(rays, gradients);
    return { variables: await this._goBack(fed, planes), rays: { origins, directions } };
  }

  /**
   * Gradients from one by the planes made last.
   * @param gradient [3 C, H, W]
   * @returns by input name
   * @throws HeadError before planes were made
   */
  backwardPlanes(gradient: Float32Array): Promise<ReadonlyMap<string, Float32Array>> {
    return this._goBack(this._requireFed(), { dims: this._planeDims, data: gradient });
  }

  async dispose(): Promise<void> {
    this._release();
    await this._view.dispose();
    await this._forward.dispose();
    await this._backward.dispose();
  }

  private async _run(ws: Tensor, variables: Variables): Promise<void> {
    const { numWs, wDim } = this.layout;
    this._fed = Object.fromEntries(variables);
    this._fed.ws = { dims: [1, numWs, wDim], data: ws.data };
    this._release();
    this._made = await this._forward.run(this._fed);
  }

  private _requireFed(): Readonly<Record<string, Feed>> {
    if (!this._fed) throw new HeadError('training/order', 'DifferentiableHead.backward: render a view first.');
    return this._fed;
  }

  private async _goBack(fed: Readonly<Record<string, Feed>>, planes: Feed): Promise<ReadonlyMap<string, Float32Array>> {
    const out = await this._backward.run({
      ...this._backwardFeeds(fed),
      [gradientName('planes')]: { ...planes, dims: this._planeDims },
    });
    return new Map(this._wrt.map((name) => [name, out[gradientName(name)]!.data!]));
  }

  /** What the backward pass takes of the inputs and of what the forward pass made. */
  private _backwardFeeds(fed: Readonly<Record<string, Feed>>): Record<string, Feed> {
    const inputs = this._backward.inputs.filter((name) => fed[name]).map((name) => [name, fed[name]!] as const);
    const kept = this._kept.map(({ name }) => [name, feedOf(this._made[name]!)] as const);
    return Object.fromEntries([...inputs, ...kept]);
  }

  private _release(): void {
    for (const output of Object.values(this._made)) output.release();
    this._made = {};
  }
}

const feedOf = ({ dims, data, buffer }: Output): Feed => (buffer ? { dims, buffer } : { dims, data: data! });

/** Two graphs that share nothing but their inputs. */
function recomputed(graph: Graph, wrt: readonly string[]): SplitGradient {
  return { forward: graph, backward: gradientGraph(graph, { wrt, keepOutputs: false }), kept: [] };
}
