import { isRecord } from '../../../runtime/core/kindOf.js';

/** The applications that are measured, and what they are measured against. */
export type LatentGroup = 'ceiling' | 'random base heads' | 'interpolation' | 'synthesis' | 'editing';

/** What one judge says of one picture. */
export interface LatentScore {
  /** To the person's own frontal neutral photo. */
  readonly distance: number;
  readonly happy: number;
}

/** One picture that was measured. */
export interface LatentRecord {
  /** Of its own, so that a run can go on where it stopped. */
  readonly key: string;
  readonly group: LatentGroup;
  /** Way in which it came about, e.g. `even, beta 0` or `smile +2, project`. */
  readonly variant: string;
  /** Whose network: the person's factors beside the base, the frozen base, or a photo. */
  readonly network: 'person' | 'frozen base' | 'photo';
  /** By the judge's name. */
  readonly scores: Readonly<Record<string, LatentScore>>;
}

/** Lines that `recordLine` wrote; a last one that was cut off is left out. */
export function parseRecords(text: string): LatentRecord[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isRecord(value) && typeof value.key === 'string' && isRecord(value.scores)
        ? [value as unknown as LatentRecord]
        : [];
    } catch {
      return [];
    }
  });
}

export const recordLine = (record: LatentRecord): string => `${JSON.stringify(record)}\n`;

/** Means of a group, variant and network. */
export interface LatentRow {
  readonly group: LatentGroup;
  readonly variant: string;
  readonly network: LatentRecord['network'];
  readonly count: number;
  /** By the judge: means, and the share of pictures below its threshold. */
  readonly means: Readonly<Record<string, LatentScore & { readonly same: number }>>;
}

/** @param thresholds of one and the same person, by judge */
export function latentTable(
  records: readonly LatentRecord[],
  thresholds: Readonly<Record<string, number>>,
): LatentRow[] {
  const groups = new Map<string, LatentRecord[]>();
  for (const record of records) {
    const name = JSON.stringify([record.group, record.variant, record.network]);
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  return [...groups.values()].map((members) => {
    const { group, variant, network } = members[0]!;
    const means = Object.entries(thresholds).map(([judge, threshold]) => {
      const scores = members.flatMap((record) => record.scores[judge] ?? []);
      const mean = (of: (score: LatentScore) => number): number =>
        scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
      const same = mean(({ distance }) => (distance < threshold ? 1 : 0));
      return [judge, { distance: mean((s) => s.distance), happy: mean((s) => s.happy), same }] as const;
    });
    return { group, variant, network, count: members.length, means: Object.fromEntries(means) };
  });
}

export function latentMarkdown(rows: readonly LatentRow[], judges: readonly string[]): string {
  const titles = ['application', 'variant', 'network', 'pictures'];
  for (const judge of judges) titles.push(`${judge} distance`, `${judge} same person`, `${judge} happy`);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.map(({ group, variant, network, count, means }) => {
    const numbers = judges.flatMap((judge) => {
      const { distance, same, happy } = means[judge]!;
      return [distance.toFixed(3), `${Math.round(100 * same)} %`, happy.toFixed(2)];
    });
    return line([group, variant, network, String(count), ...numbers]);
  });
  const rule = titles.map((_, i) => (i < 3 ? '---' : '---:'));
  return [line(titles), line(rule), ...body].join('\n');
}
