import type { Base } from '../../../runtime/checkpoint/base/base.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { fadedFlows } from '../../../runtime/expression/carriedFade.js';
import { carryAlong, carryBack, PlaneMotion } from '../../../runtime/expression/planeMotion.js';
import { neutralize, offsetByDirections, resolveAmounts, type Directions } from '../../../runtime/latent/directions.js';
import type { HeadProxy } from '../../../runtime/proxy/proxy.js';
import type { LatentSpace } from '../../inversion/latentSpace.js';
import { meanVector } from '../../vectors.js';
import type { DifferentiableHead, Variables } from '../differentiableHead.js';
import { Random } from '../random.js';
import { drawables, drawExpression, type Drawable } from './drawExpression.js';

/** Of the planes' own energy that is added to that of a change, so that faint expressions do not weigh more than strong ones. */
const floor = 1e-3;

/** A neutral look and the same look with an expression. */
export interface ExpressionDraw {
  /** [numWs, wDim] */
  readonly neutral: Tensor;
  /** [numWs, wDim] */
  readonly expressive: Tensor;
  /** By direction. */
  readonly amounts: ReadonlyMap<string, number>;
}

/** What a draw came to. */
export interface ExpressionLook {
  readonly loss: number;
  /** By input of the network. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export interface KeepExpressionsParts {
  readonly base: Base;
  readonly latent: LatentSpace;
  readonly directions: Directions;
  /** Of the base; what is learned then moves along with the face, else it stays where it is. */
  readonly proxy?: HeadProxy;
  /** What is fed for the bare base: the start values of everything that is learned. */
  readonly unlearned: Variables;
  readonly seed: string;
}

/**
 * Keeps the base's expressions while a person is learned. For a neutral look w of the person and an expression e,
 *   L = |P(w + e) - T|^2 / (|B(w + e) - B(w)|^2 + 0.001 |B(w)|^2),   T = B(w + e) + fade move_e(P(w) - B(w)),
 * P the planes of the person, B those of the bare base: with an expression the face changes as the base does, and what was
 * learned moves along (`PlaneMotion`) and fades where the base shows something new, as in what is shown (`carriedGraph`).
 * Both looks get gradients: what they have in common costs nothing. No rays are marched.
 */
export class KeepExpressions {
  private readonly _drawables: readonly Drawable[];
  private readonly _motion: PlaneMotion | null;

  constructor(private readonly _parts: KeepExpressionsParts) {
    const { base, directions, proxy } = _parts;
    const motion = proxy ? new PlaneMotion(base, proxy) : null;
    this._motion = motion;
    this._drawables = drawables(directions, (name) => motion?.size(name) ?? 0);
  }

  /** Is there any expression to keep? */
  get some(): boolean {
    return this._drawables.length > 0;
  }

  /**
   * A look of the person, half of the time the mean of all anchors, and an expression.
   * @param anchors v of each photo, [wDim] or [numWs, wDim]
   * @param step decides what is drawn, with the seed
   */
  draw(anchors: readonly Float32Array[], step: number): ExpressionDraw {
    const { latent, directions, seed } = this._parts;
    const random = new Random(`${seed}:expression ${step}`);
    const v = random.uniform() < 0.5 ? meanVector(anchors) : anchors[random.integer(anchors.length)]!;
    const neutral = neutralize(latent.toWs(v), directions);
    const chosen = drawExpression(this._drawables, random);
    const amounts = resolveAmounts(directions, chosen);
    return { neutral, expressive: offsetByDirections(neutral, directions, chosen), amounts };
  }

  /** The loss of a draw, and its gradients by what is learned. */
  async look(head: DifferentiableHead, variables: Variables, draw: ExpressionDraw): Promise<ExpressionLook> {
    const { base, unlearned } = this._parts;
    const { neutral, expressive, amounts } = draw;
    const side = head.layout.planeResolution;
    const before = await head.planes(neutral, unlearned);
    const after = await head.planes(expressive, unlearned);
    const flows = this._motion
      ? fadedFlows(
          base,
          { dims: [1, before.length / side ** 2, side, side], data: before },
          after,
          this._motion.flow(amounts, side),
        )
      : [];
    const own = await head.planes(expressive, variables);
    const learned = (await head.planes(neutral, variables)).map((value, i) => value - before[i]!);
    const moved = carryAlong(learned, flows, side);
    let scale = 0;
    for (let i = 0; i < before.length; i++) scale += (after[i]! - before[i]!) ** 2 + floor * before[i]! ** 2;
    let loss = 0;
    const slope = own.map((value, i) => {
      const difference = value - after[i]! - moved[i]!;
      loss += (difference * difference) / scale;
      return (2 * difference) / scale;
    });
    // The planes of the neutral look were made last.
    const back = carryBack(slope, flows, side).map((value) => -value);
    const byNeutral = await head.backwardPlanes(back);
    await head.planes(expressive, variables);
    const byExpressive = await head.backwardPlanes(slope);
    const gradients = new Map(
      [...byExpressive].map(([name, values]) => {
        const more = byNeutral.get(name)!;
        return [name, values.map((value, i) => value + more[i]!)];
      }),
    );
    return { loss, gradients };
  }
}
