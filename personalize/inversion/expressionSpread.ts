import { resolveAmounts, type Direction, type Directions } from '../../runtime/latent/directions.js';

/**
 * How far expressions spread in photos, in full ones: people make faces that a base's own samples hardly have (the embedded
 * base's smile spreads over 0.08). By their samples alone, a smile would be twelve steps away and hide behind build and light.
 */
const together = 0.4;
/** Of one side alone: a wink is rarer than a blink, and noise must not pull a face awry. */
const alone = 0.1;

/** Vectors in W, each one standard deviation of photos along an expression. */
export function expressionSpread(set: Directions): Float32Array[] {
  const isExpression = ({ kind }: Direction): boolean => kind === 'expression';
  const members = new Set([...set.groups.values()].flatMap((group) => [...group.keys()]));
  const vectors: Float32Array[] = [];
  for (const name of [...set.groups.keys(), ...set.byName.keys()]) {
    // A direction goes by a group of the same name.
    const parts = set.byName.has(name) ? new Map([[name, 1]]) : resolveAmounts(set, { [name]: 1 });
    const directions = [...parts].map(([part, share]) => ({ share, direction: set.byName.get(part)! }));
    if (!directions.every(({ direction }) => isExpression(direction))) continue;
    const spread = members.has(name) ? alone : together;
    const sum = new Float32Array(directions[0]!.direction.vector.length);
    for (const { share, direction } of directions) {
      direction.vector.forEach((value, i) => (sum[i]! += spread * share * value));
    }
    vectors.push(sum);
  }
  return vectors;
}
