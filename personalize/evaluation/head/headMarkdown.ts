import { markdownTable } from '../table/markdownTable.js';
import { median } from '../../../runtime/core/median.js';
import { inYawBin, yawBins } from '../table/records.js';
import { likenessSmiles, likenessYaws, type Likeness } from './likeness.js';
import type { ReconstructionRecord } from './reconstruction.js';
import type { SpillRecord } from './spill.js';

const fixed = (value: number): string => value.toFixed(3);

/** Distances of the renders to the photos by yaw, a row for each judge and smile. */
export function likenessMarkdown({ rows, among, photos }: Likeness): string {
  const judges = Object.keys(among);
  const cells = judges.flatMap((judge) =>
    likenessSmiles.map((smile) => {
      const own = likenessYaws.map((yaw) => rows.find((r) => r.judge === judge && r.smile === smile && r.yaw === yaw)!);
      const front = own.find(({ yaw }) => yaw === 0)!;
      return [judge, String(smile), ...own.map((row) => fixed(row.toPhotos)), fixed(among[judge]!), fixed(front.happy)];
    }),
  );
  const head = ['judge', 'smile', ...likenessYaws.map((yaw) => `${yaw}°`), 'photos among themselves', '`happy` at 0°'];
  return (
    `Median distance of the neutral look’s renders to ${photos} photos, by yaw and added smile: less is better.\n\n` +
    markdownTable(head, cells)
  );
}

/** Means over held-out photos, all and by yaw. */
export function reconstructionMarkdown(records: readonly ReconstructionRecord[]): string {
  const judges = Object.keys(records[0]?.identity ?? {});
  const groups = [
    { name: 'all', own: records },
    ...yawBins.map((bin) => ({ name: bin.name, own: records.filter(({ yaw }) => inYawBin(bin, yaw)) })),
  ];
  const cells = groups
    .filter(({ own }) => own.length > 0)
    .map(({ name, own }) => {
      const mean = (of: (record: ReconstructionRecord) => number): number =>
        own.reduce((sum, record) => sum + of(record), 0) / own.length;
      const distances = judges.map((judge) => fixed(mean(({ identity }) => identity[judge]!)));
      const [noise, structure] = [mean((record) => record.psnr), mean((record) => record.structure)];
      return [name, String(own.length), noise.toFixed(2), structure.toFixed(4), ...distances];
    });
  const head = ['yaw', 'photos', 'PSNR, dB', 'structure', ...judges.map((judge) => `${judge} to photo`)];
  return `Held-out photos, each with a latent fitted to it:\n\n${markdownTable(head, cells)}`;
}

/** How much of the head stands where no photo shows any. */
export function spillMarkdown(records: readonly SpillRecord[]): string {
  if (records.length === 0) return 'No photo has a mask, so alpha outside of masks was not measured.';
  const mean = records.reduce((sum, { alpha }) => sum + alpha, 0) / records.length;
  const worst = records.reduce((a, b) => (b.alpha > a.alpha ? b : a));
  return (
    `Mean alpha outside the mask, over ${records.length} photos: mean ${mean.toFixed(4)}, ` +
    `median ${median(records.map(({ alpha }) => alpha)).toFixed(4)}, worst ${worst.alpha.toFixed(4)} (${worst.photo}).`
  );
}
