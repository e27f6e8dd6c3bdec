import { markdownTable } from '../table/markdownTable.js';
import type { ExpressionsKept, MovementRow } from './expressionsKept.js';

const unknown = '–';
const fixed = (value: number | null, digits: number): string => (value === null ? unknown : value.toFixed(digits));
/** A movement of the base below this cannot be told from the landmarks' noise, distances of the eyes. */
const leastMovement = 0.01;

const named = ({ expression, movement }: MovementRow): string => `${expression}: ${movement}`;
const shareOf = ({ person, base }: MovementRow): string =>
  fixed(Math.abs(base) < leastMovement ? null : person / base, 2);

/** What each method keeps of the base's movements, a row a method. */
export function methodExpressionsMarkdown(byMethod: Readonly<Record<string, ExpressionsKept>>): string {
  const all = Object.entries(byMethod);
  const movements = [...new Set(all.flatMap(([, { movements }]) => movements.map(named)))];
  const sided = movements.filter((name) =>
    all.some(([, kept]) => kept.movements.some((row) => named(row) === name && row.asymmetry !== null)),
  );
  const rows = all.map(([method, { movements: own }]) => {
    const cells = (names: readonly string[], text: (row: MovementRow) => string): string[] =>
      names.map((name) => own.filter((row) => named(row) === name).map(text)[0] ?? unknown);
    return [method, ...cells(movements, shareOf), ...cells(sided, ({ asymmetry }) => fixed(asymmetry, 2))];
  });
  return [
    markdownTable(['method', ...movements, ...sided.map((name) => `asymmetry of ${name}`)], rows),
    'Shares of the bare base’s movement at the same latent that a head keeps, neutral look, amount 1, from the front: 1 is the ' +
      'base’s. Asymmetry: difference of both sides by their mean.',
  ].join('\n\n');
}

/** How much of the base's expressions a head has left: one table by landmarks, one by difference images. */
export function expressionsMarkdown({ movements, changes }: ExpressionsKept): string {
  const kept = movements.map((row) => [
    named(row),
    fixed(row.person, 3),
    fixed(row.base, 3),
    shareOf(row),
    fixed(row.asymmetry, 2),
    fixed(row.baseAsymmetry, 2),
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
