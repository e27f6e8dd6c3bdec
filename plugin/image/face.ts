import { AssetError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { expressedFace, type ExpressedFace } from '../../runtime/expression/expressedFace.js';
import { resolveAmounts, type Amounts } from '../../runtime/latent/directions.js';
import type { HeadModel } from './headModel.js';

/** An absent amount is 0. */
const sameAmounts = (a: Amounts, b: Amounts): boolean =>
  Object.keys({ ...a, ...b }).every((name) => (a[name] ?? 0) === (b[name] ?? 0));

/** Identity and expression of a head. */
export class Face {
  private _ws: Tensor | null = null;
  private _amounts: Amounts = {};

  constructor(
    private readonly _model: Pick<HeadModel, 'directions'>,
    /** @param face what is to be shown; null: there is no face */
    private readonly _onChange: (face: ExpressedFace | null) => void,
  ) {}

  get ws(): Tensor | null {
    return this._ws;
  }
  set ws(ws: Tensor | null) {
    if (ws === this._ws) return;
    this._ws = ws;
    this._bring();
  }

  get amounts(): Amounts {
    return this._amounts;
  }
  set amounts(amounts: Amounts) {
    const { directions } = this._model;
    if (directions) {
      resolveAmounts(directions, amounts);
    } else if (Object.keys(amounts).length > 0) {
      throw new AssetError(
        'latent/direction',
        'HeadImage.amounts: this model has no directions. Pass them to createHeadModelAsync.',
      );
    }
    if (sameAmounts(amounts, this._amounts)) return;
    this._amounts = { ...amounts };
    this._bring();
  }

  private _bring(): void {
    const { directions } = this._model;
    const ws = this._ws;
    const bare = ws && { ws, look: ws, amounts: new Map<string, number>() };
    this._onChange(ws && directions ? expressedFace(ws, directions, this._amounts) : bare);
  }
}
