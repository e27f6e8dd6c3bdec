import { AssetError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { Anchors } from './alpha/anchors.js';
import { mixAnchorLayers } from './alpha/anchors.js';
import { alphaDirection, editAlpha, type BorderPolicy } from './alpha/editing.js';
import { defaultBeta } from './alpha/softAlpha.js';
import { resolveAmounts, type Amounts, type Directions } from './directions.js';

/** A look of a person after an edit in their own space. */
export interface PersonEdit {
  /** numWs times [n] */
  readonly alphas: readonly Float64Array[];
  /** [numWs, wDim] */
  readonly ws: Tensor;
  /** Share of the edit that was done; less than 1 only with 'stop'. */
  readonly share: number;
  /** Whether the whole edit lies outside the person's space. */
  readonly outside: boolean;
  /** How much of the direction the person's anchors can show, 0 to 1. */
  readonly reach: number;
}

/**
 * The offset in W that amounts of directions make together. Amounts are not clamped: the person's space has a border of its
 * own.
 * @returns [wDim]
 * @throws AssetError for directions of another base or a name they do not have, or where nothing is asked for
 */
export function offsetOf(set: Directions, amounts: Amounts, base: { readonly hash: string }): Tensor {
  if (set.base !== base.hash) {
    throw new AssetError(
      'latent/direction',
      `edit: expected directions of the base ${base.hash}, got those of ${set.base}. Use the file that came with the base.`,
    );
  }
  const open = new Map([...set.byName].map(([name, one]) => [name, { ...one, range: [-Infinity, Infinity] as const }]));
  const wDim = [...open.values()][0]?.vector.length ?? 0;
  const data = new Float32Array(wDim);
  for (const [name, amount] of resolveAmounts({ ...set, byName: open }, amounts)) {
    open.get(name)!.vector.forEach((value, i) => (data[i]! += amount * value));
  }
  if (!data.some((value) => value !== 0)) {
    throw new AssetError('latent/direction', 'edit: expected an amount of a direction other than 0, got none.');
  }
  return { dims: [wDim], data };
}

/**
 * Edits a person's weights, all layers by the same step.
 * @param alphas numWs times [n], the start
 * @param offset [wDim], as `offsetOf`
 * @throws ShapeError, NumericError as `alphaDirection` and `editAlpha`
 */
export function editPerson(
  anchors: Anchors,
  alphas: readonly Float64Array[],
  offset: Tensor,
  { policy = 'project', beta = defaultBeta }: { readonly policy?: BorderPolicy; readonly beta?: number } = {},
): PersonEdit {
  const direction = alphaDirection(anchors, offset);
  const whole = alphas.map((alpha) => editAlpha(anchors, alpha, direction, 1, { policy, beta }));
  const share = Math.min(...whole.map(({ theta }) => theta));
  // Layers keep together: all stop where the first one must.
  const edited =
    share < 1 ? alphas.map((alpha) => editAlpha(anchors, alpha, direction, share, { policy, beta })) : whole;
  const outcome = edited.map(({ alpha }) => alpha);
  return {
    alphas: outcome,
    ws: mixAnchorLayers(anchors, outcome),
    share,
    outside: whole.some(({ outside }) => outside),
    reach: direction.reach,
  };
}
