import { type BorderPolicy, editPerson, type LayeredAlpha, offsetOf } from 'babylon-personalized-head/command';
import {
  type Added,
  type Amounts,
  type Directions,
  expressedFace,
  type Tensor,
} from 'babylon-personalized-head/runtime';
import type { PersonSession } from './session.js';

/** The policies at the border of the person's space, and `w`: no border, the base's whole W. */
export const editSpaces = ['project', 'stop', 'continue', 'w'] as const;
export type EditSpace = (typeof editSpaces)[number];

/** One row of an edit's sheet. */
export interface EditRow {
  readonly name: string;
  /** [numWs, wDim] */
  readonly ws: Tensor;
  /** What of it is an expression that was added to the start. */
  readonly added?: Added;
  /** What was done, in numbers. */
  readonly notes: Readonly<Record<string, number | boolean>>;
}

/** The start and its edit by each of the policies. */
export function editRows(
  session: PersonSession,
  start: LayeredAlpha,
  set: Directions,
  amounts: Amounts,
  spaces: readonly EditSpace[],
  beta: number,
): EditRow[] {
  const offset = offsetOf(set, amounts, session.base);
  const edited = spaces.map((name): EditRow => {
    if (name === 'w') {
      const face = expressedFace(start.ws, set, amounts);
      return { name, ws: face.ws, added: face, notes: {} };
    }
    const policy: BorderPolicy = name;
    const { ws, share, outside, reach } = editPerson(session.anchors, start.alphas, offset, { policy, beta });
    return { name, ws, notes: { share, outside, reach } };
  });
  return [{ name: 'start', ws: start.ws, notes: {} }, ...edited];
}
