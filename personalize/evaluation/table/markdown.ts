import { markdownTable } from './markdownTable.js';
import type { LpipsNote } from './records.js';
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

function means(title: string, rows: readonly TableRow[], { judges, lpips }: EvaluationTable): string {
  const head = [
    title,
    'method',
    'photos',
    'PSNR, dB',
    'structure',
    ...(lpips ? ['LPIPS'] : []),
    ...judges.flatMap((judge) => [`${judge} to photo`, `${judge} to frontal`, `(ceiling)`]),
  ];
  const cells = rows.map(({ method, group, photos, psnr, structure, lpips: distance, identity }) => [
    group,
    method,
    String(photos),
    fixed(psnr, 2),
    fixed(structure, 4),
    ...(lpips ? [fixed(distance, 4)] : []),
    ...judges.flatMap((judge) => {
      const { toPhoto, toFrontal, ceiling } = identity[judge]!;
      return [fixed(toPhoto, 3), fixed(toFrontal, 3), `(${fixed(ceiling, 3)})`];
    }),
  ]);
  return markdownTable(head, cells);
}

function lpipsLine({ variant, trained }: LpipsNote): string {
  const line = `LPIPS (${variant}) to the photo: less is better.`;
  return trained
    ? `${line} **It is no independent measure here: the same network was in the loss that trained the methods.**`
    : line;
}

/** The whole evaluation as markdown tables: what each method costs, then its means over all photos and by group. */
export function tableMarkdown(table: EvaluationTable): string {
  const { methods, lpips, all, byYaw, byExpression } = table;
  const costs = methods.map(({ method, numbers, bytes, seconds }) => [
    method,
    numbers.toLocaleString('en-US'),
    formatBytes(bytes),
    formatSeconds(seconds),
  ]);
  return [
    markdownTable(['method', 'numbers', 'file', 'time'], costs),
    means('photos', all, table),
    means('yaw', byYaw, table),
    means('expression', byExpression, table),
    'PSNR within the head: more is better. Structure (1 - MS-SSIM) and face distances: less is better. ' +
      'Ceiling: the distance of the truth photos themselves to the frontal photo.',
    ...(lpips ? [lpipsLine(lpips)] : []),
  ]
    .join('\n\n')
    .concat('\n');
}
