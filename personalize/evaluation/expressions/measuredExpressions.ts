import type { Amounts } from '../../../runtime/latent/directions.js';
import type { FaceMeasures, Offset, Sides } from './faceMeasures.js';

/** What of a face an expression moves, and how. */
export interface MeasuredMovement {
  /** For tables. */
  readonly name: string;
  /** How far it moved, in distances of the eyes, positive where the expression is meant to move it. */
  readonly of: (before: FaceMeasures, after: FaceMeasures) => number;
  /** The same of both sides, where it has two. */
  readonly sides?: (before: FaceMeasures, after: FaceMeasures) => Sides<Offset>;
}

/** An expression whose movement is measured. */
export interface MeasuredExpression {
  readonly name: string;
  readonly amounts: Amounts;
  readonly movements: readonly MeasuredMovement[];
}

const mean = ({ left, right }: Sides<Offset>, axis: 0 | 1): number => (left[axis] + right[axis]) / 2;

const cornersMoved = ({ corners: a }: FaceMeasures, { corners: b }: FaceMeasures): Sides<Offset> => ({
  left: [b.left[0] - a.left[0], b.left[1] - a.left[1]],
  right: [b.right[0] - a.right[0], b.right[1] - a.right[1]],
});

/** A pair of heights as a movement of the face. */
function heights(name: string, of: (face: FaceMeasures) => Sides<number>, sign: 1 | -1): MeasuredMovement {
  const sides = (a: FaceMeasures, b: FaceMeasures): Sides<Offset> => ({
    left: [0, sign * (of(b).left - of(a).left)],
    right: [0, sign * (of(b).right - of(a).right)],
  });
  return { name, sides, of: (a, b) => mean(sides(a, b), 1) };
}

/** Those that every base of ARKit's names has and that landmarks see. */
export const measuredExpressions: readonly MeasuredExpression[] = [
  {
    name: 'jawOpen',
    amounts: { jawOpen: 1 },
    movements: [{ name: 'lips apart', of: (a, b) => b.lipsApart - a.lipsApart }],
  },
  {
    name: 'smile',
    amounts: { smile: 1 },
    movements: [
      { name: 'mouth wider', sides: cornersMoved, of: (a, b) => 2 * mean(cornersMoved(a, b), 0) },
      { name: 'corners lifted', of: (a, b) => mean(cornersMoved(a, b), 1) },
    ],
  },
  { name: 'blink', amounts: { blink: 1 }, movements: [heights('lids closed', ({ lids }) => lids, -1)] },
  { name: 'browUp', amounts: { browUp: 1 }, movements: [heights('brows raised', ({ brows }) => brows, 1)] },
  { name: 'browDown', amounts: { browDown: 1 }, movements: [heights('brows lowered', ({ brows }) => brows, -1)] },
];

/**
 * How unlike both sides move: the length of the difference by the mean length, 0 where they mirror each other; null where
 * nothing moves.
 */
export function asymmetryOf({ left, right }: Sides<Offset>): number | null {
  const length = (Math.hypot(...left) + Math.hypot(...right)) / 2;
  return length > 1e-6 ? Math.hypot(left[0] - right[0], left[1] - right[1]) / length : null;
}
