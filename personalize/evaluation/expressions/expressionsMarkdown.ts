import { markdownTable } from '../table/markdownTable.js';
import type { ExpressionsKept } from './expressionsKept.js';

const unknown = '–';
const fixed = (value: number | null, digits: number): string => (value === null ? unknown : value.toFixed(digits));
/** A movement of the base below this cannot be told from the landmarks' noise, distances of the eyes. */
const leastMovement = 0.01;

/** How much of the base's expressions a head has left: one table by landmarks, one by difference images. */
export function expressionsMarkdown({ movements, changes }: ExpressionsKept): string {
  const kept = movements.map(({ expression, movement, person, base, asymmetry, baseAsymmetry }) => [
    `${expression}: ${movement}`,
    fixed(person, 3),
    fixed(base, 3),
    fixed(Math.abs(base) < leastMovement ? null : person / base, 2),
    fixed(asymmetry, 2),
    fixed(baseAsymmetry, 2),
  ]);
  const changed = changes.map(({ expression, person, base, alike }) => [
    expression,
    fixed(base > 0 ? person / base : null, 2),
    fixed(alike, 2),
  ]);
  return [
    markdownTable(['movement at amount 1', 'head', 'base', 'share', 'asymmetry', '(base)'], kept),
    markdownTable(['picture at amount 1', 'change / base’s', 'alike'], changed),
    'Movements in distances of the eyes, of the head and of the bare base at the same latent. Asymmetry: difference of both ' +
      'sides by their mean. Alike: cosine of the two difference images.',
  ].join('\n\n');
}
