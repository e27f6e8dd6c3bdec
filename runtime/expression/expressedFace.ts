import type { Tensor } from '../core/tensor.js';
import { offsetByDirections, resolveAmounts, type Amounts, type Directions } from '../latent/directions.js';

/** What was added to a look. */
export interface Added {
  /** [numWs, wDim], without it */
  readonly look: Tensor;
  /** By direction, expressions alone: attributes are part of the look. */
  readonly amounts: ReadonlyMap<string, number>;
}

/** A look with an expression that was added to it. */
export interface ExpressedFace extends Added {
  /** [numWs, wDim], with the expression */
  readonly ws: Tensor;
}

/**
 * Adds expressions and attributes to a look.
 * @param ws [numWs, wDim]
 * @throws AssetError for a name that the directions do not have
 */
export function expressedFace(ws: Tensor, set: Directions, amounts: Amounts): ExpressedFace {
  const all = [...resolveAmounts(set, amounts)];
  const isExpression = (name: string): boolean => set.byName.get(name)!.kind === 'expression';
  const attributes = all.filter(([name, amount]) => amount !== 0 && !isExpression(name));
  return {
    ws: offsetByDirections(ws, set, amounts),
    look: attributes.length > 0 ? offsetByDirections(ws, set, Object.fromEntries(attributes)) : ws,
    amounts: new Map(all.filter(([name, amount]) => amount !== 0 && isExpression(name))),
  };
}
