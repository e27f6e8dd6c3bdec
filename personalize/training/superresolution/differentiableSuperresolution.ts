import type { Base } from '../../../runtime/checkpoint/base/base.js';
import { HeadError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import type { Execution, Feed, Output, Session } from '../../../runtime/execution/execution.js';
import { gradientName } from '../../../runtime/network/gradient/gradientGraph.js';
import { splitGradient } from '../../../runtime/network/gradient/splitGradient.js';
import type { Graph } from '../../../runtime/network/graph.js';
import type { Adaptation } from '../../../runtime/network/parameters.js';
import { superresolutionGraph } from '../../../runtime/network/superresolution.js';
import type { Variables } from '../differentiableHead.js';
import type { FineLayout } from './fineLayout.js';

export interface DifferentiableSuperresolutionOptions {
  readonly base: Base;
  readonly execution: Execution;
  readonly layout: FineLayout;
  /** What of the network comes from outside. */
  readonly adaptation: Adaptation;
  /** Inputs whose gradients are wanted beside that of the features: `ws` and names of variables. */
  readonly wrt: readonly string[];
}

/** Gradients of a loss by what super-resolution was fed. */
export interface SuperresolutionGradients {
  /** [C, window, window] */
  readonly features: Float32Array;
  /** By input name. */
  readonly variables: ReadonlyMap<string, Float32Array>;
}

/** The super-resolution network on a window of the raw image, forward and backward. */
export class DifferentiableSuperresolution {
  private _fed: Record<string, Feed> | null = null;
  private _made: Record<string, Output> = {};

  private constructor(
    readonly layout: FineLayout,
    private readonly _graph: Graph,
    private readonly _forward: Session,
    private readonly _backward: Session,
    private readonly _wrt: readonly string[],
  ) {}

  static async create(options: DifferentiableSuperresolutionOptions): Promise<DifferentiableSuperresolution> {
    const { base, execution, layout, adaptation, wrt } = options;
    const { side, window } = layout;
    const graph = superresolutionGraph(base, { renderResolution: side, window, adaptation });
    const halves = splitGradient(graph, { wrt: ['features', ...wrt] });
    const forward = await execution.load(halves.forward);
    const backward = await execution.load(halves.backward);
    return new DifferentiableSuperresolution(layout, graph, forward, backward, wrt);
  }

  /**
   * @param features [C, window, window]
   * @param ws [numWs, wDim]
   * @param variables of this network, by input
   * @returns [3, S, S], S = window times scale
   */
  async image(features: Float32Array, ws: Tensor, variables: Variables): Promise<Tensor> {
    const fed: Record<string, Feed> = {};
    for (const { name, dims } of this._graph.inputs) {
      const data = name === 'features' ? features : name === 'ws' ? ws.data : variables.get(name)?.data;
      if (!data) throw new HeadError('training/variable', `super-resolution: expected the tensor ${name}, got none.`);
      fed[name] = { dims, data };
    }
    this._fed = fed;
    this._made = await this._forward.run(fed);
    const { dims, data } = this._made.image!;
    return { dims: dims.slice(1), data: data! };
  }

  /**
   * Gradients of the image made last.
   * @param byImage [3, S, S]
   * @throws HeadError before an image was made
   */
  async backward(byImage: Float32Array): Promise<SuperresolutionGradients> {
    if (!this._fed) throw new HeadError('training/order', 'DifferentiableSuperresolution: make an image first.');
    const { dims } = this._graph.outputs[0]!;
    const feeds: Record<string, Feed> = { [gradientName('image')]: { dims, data: byImage } };
    for (const name of this._backward.inputs) {
      const made = this._made[name];
      feeds[name] ??= this._fed[name] ?? { dims: made!.dims, data: made!.data! };
    }
    const out = await this._backward.run(feeds);
    return {
      features: out[gradientName('features')]!.data!,
      variables: new Map(this._wrt.map((name) => [name, out[gradientName(name)]!.data!])),
    };
  }

  async dispose(): Promise<void> {
    await this._forward.dispose();
    await this._backward.dispose();
  }
}
