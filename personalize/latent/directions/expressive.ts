import { randomStream } from '../../../runtime/latent/alpha/randomStream.js';
import { neutralize, offsetByDirections, type Directions } from '../../../runtime/latent/directions.js';

/** Share of the expressions that a sample shows. */
const share = 0.2;

/**
 * A latent with random expressions in place of its own. A base whose mapping makes nearly neutral faces (the embedded one:
 * its smile coordinate spreads over 0.08 of a full smile) tells labels of an expression nothing about it.
 * @param w [wDim]
 * @param seed the same gives the same expressions
 * @returns [wDim]
 */
export function withExpressions(w: Float32Array, set: Directions, seed: number): Float32Array {
  const random = randomStream('expressions', seed);
  const isExpression = (name: string): boolean => set.byName.get(name)!.kind === 'expression';
  const groups = [...set.groups].filter(([, members]) => [...members.keys()].every(isExpression));
  const grouped = new Set(groups.flatMap(([, members]) => [...members.keys()]));
  const single = [...set.byName.keys()].filter((name) => isExpression(name) && !grouped.has(name));
  const amounts: Record<string, number> = {};
  for (const name of [...groups.map(([group]) => group), ...single]) {
    const [shown, amount] = [random() < share, random()];
    if (shown) amounts[name] = amount;
  }
  return offsetByDirections(neutralize({ dims: [1, w.length], data: w }, set), set, amounts).data;
}
