import { mixLatents, type HeadModel } from '../../plugin/index.js';
import type { Tensor } from '../../runtime/core/tensor.js';

/** The faces of seeds, each asked of the network once. */
export class Identities {
  private _last: { readonly key: string; readonly face: Promise<Tensor> } | null = null;
  private readonly _known = new Map<number, Promise<Tensor>>();

  constructor(private readonly _model: HeadModel) {}

  /** The same tensor as before where nothing changed, so that the head knows it. */
  mix(seed: number, seedB: number, share: number): Promise<Tensor> {
    const key = share === 0 ? String(seed) : `${seed} ${seedB} ${share}`;
    if (key !== this._last?.key) this._last = { key, face: this._mix(seed, seedB, share) };
    return this._last.face;
  }

  private async _mix(seed: number, seedB: number, share: number): Promise<Tensor> {
    const first = await this._ofSeed(seed);
    return share === 0 ? first : mixLatents(first, await this._ofSeed(seedB), share);
  }

  private _ofSeed(seed: number): Promise<Tensor> {
    const face = this._known.get(seed) ?? this._model.latentOfSeedAsync(seed);
    this._known.set(seed, face);
    return face;
  }
}
