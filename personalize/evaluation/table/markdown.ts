import { markdownTable } from './markdownTable.js';
import type { EvaluationTable, TableRow } from './table.js';

const unknown = '–';

const fixed = (value: number | null, digits: number): string => (value === null ? unknown : value.toFixed(digits));

/** Decimal units, three figures: 480 kB, 1.23 MB. */
function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  const [value, unit] = bytes < 999.5e3 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

function formatSeconds(seconds: number): string {
  return seconds < 120 ? `${Number(seconds.toPrecision(3))} s` : `${(seconds / 60).toFixed(1)} min`;
}

function means(title: string, rows: readonly TableRow[], judges: readonly string[]): string {
  const head = [
    title,
    'method',
    'photos',
    'PSNR, dB',
    'structure',
    ...judges.flatMap((judge) => [`${judge} to photo`, `${judge} to frontal`, `(ceiling)`]),
  ];
  const cells = rows.map(({ method, group, photos, psnr, structure, identity }) => [
    group,
    method,
    String(photos),
    fixed(psnr, 2),
    fixed(structure, 4),
    ...judges.flatMap((judge) => {
      const { toPhoto, toFrontal, ceiling } = identity[judge]!;
      return [fixed(toPhoto, 3), fixed(toFrontal, 3), `(${fixed(ceiling, 3)})`];
    }),
  ]);
  return markdownTable(head, cells);
}

/** The whole evaluation as markdown tables: what each method costs, then its means over all photos and by group. */
export function tableMarkdown({ judges, methods, all, byYaw, byExpression }: EvaluationTable): string {
  const costs = methods.map(({ method, numbers, bytes, seconds }) => [
    method,
    numbers.toLocaleString('en-US'),
    formatBytes(bytes),
    formatSeconds(seconds),
  ]);
  return [
    markdownTable(['method', 'numbers', 'file', 'time'], costs),
    means('photos', all, judges),
    means('yaw', byYaw, judges),
    means('expression', byExpression, judges),
    'PSNR within the head: more is better. Structure (1 - MS-SSIM) and face distances: less is better. ' +
      'Ceiling: the distance of the truth photos themselves to the frontal photo.',
  ]
    .join('\n\n')
    .concat('\n');
}
