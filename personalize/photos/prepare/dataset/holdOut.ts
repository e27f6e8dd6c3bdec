import type { PreparedPhotos } from '../preparedPhotos.js';

/** Which photos are kept for judging: this many, spread over the yaw, or those whose names hold one of these texts. */
export type HoldOut = number | readonly string[];

/**
 * Moves kept photos from `train/` to `test/`.
 * @returns the same photos with their new names, the report too
 */
export function holdOut(prepared: PreparedPhotos, wanted: HoldOut): PreparedPhotos {
  const { report, photos } = prepared;
  const kept = report.photos.filter((photo) => photo.image !== null);
  const out = new Set(
    typeof wanted === 'number'
      ? spread(
          kept.map(({ yaw }) => yaw!),
          wanted,
        ).map((i) => kept[i]!.image!)
      : kept.filter(({ file }) => wanted.some((text) => matches(file, text))).map(({ image }) => image!),
  );
  const counts = { train: 0, test: 0 };
  const names = new Map(
    kept.map(({ image }) => {
      const split = out.has(image!) ? 'test' : 'train';
      return [image!, `${split}/${String(counts[split]++).padStart(5, '0')}.png`] as const;
    }),
  );
  return {
    photos: photos.map((photo) => ({ ...photo, name: names.get(photo.name)! })),
    report: {
      ...report,
      photos: report.photos.map((photo) => ({ ...photo, image: photo.image && names.get(photo.image)! })),
    },
  };
}

/** A name, or a pattern with `*`. */
function matches(file: string, text: string): boolean {
  const pattern = text
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`(^|/)${pattern}$`).test(file);
}

/** Indices of `count` values spread evenly over their order, never the outermost: those are needed to learn. */
function spread(values: readonly number[], count: number): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const most = Math.max(0, Math.min(count, order.length - 2));
  return Array.from({ length: most }, (_, i) => order[Math.floor(((i + 0.5) * order.length) / most)]!);
}
