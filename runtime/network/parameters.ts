import type { Base } from '../checkpoint/base/base.js';
import type { GraphBuilder, Value } from './graph.js';
import { requireTensor, type LayerLayout } from './layout.js';

/**
 * Rows of a layer's factor A, by layer. 0 leaves the layer without LoRA. The factors a caller feeds contain the
 * scale alpha / rank and, for affine layers, whatever gain their convention asks for (see lora.ts), so the graph
 * knows no convention.
 */
export interface LoraRows {
  readonly weight: number;
  readonly affine: number;
  /** Of a learned map `noise_const` [O, H, W]; a base whose map is [H, W] can have none. */
  readonly map: number;
}

/** Which numbers of a network come from outside at every run instead of being frozen into the graph. */
export interface Adaptation {
  lora(layer: LayerLayout): LoraRows;
  /** Is this tensor (bias, noise strength, constant, ...) an input under its checkpoint name? */
  isInput(tensorName: string): boolean;
}

/** Everything frozen: the base as it is. */
export const frozen: Adaptation = {
  lora: () => ({ weight: 0, affine: 0, map: 0 }),
  isInput: () => false,
};

/** Checkpoint tensors as graph values, frozen or fed. */
export class Parameters {
  private readonly _inputs = new Map<string, Value>();

  constructor(
    private readonly _graph: GraphBuilder,
    private readonly _base: Base,
    readonly adaptation: Adaptation,
  ) {}

  has(name: string): boolean {
    return this._base.tensors.has(name);
  }

  get(name: string): Value {
    const data = requireTensor(this._base, name);
    if (!this.adaptation.isInput(name)) return this._graph.parameter(name, data);
    const known = this._inputs.get(name);
    if (known) return known;
    const fed = this._graph.input(name, data.dims);
    this._inputs.set(name, fed);
    return fed;
  }

  /** The frozen numbers themselves, where the graph needs them at build time (filters). */
  data(name: string): Float32Array | undefined {
    return this._base.tensors.get(name)?.data;
  }
}
