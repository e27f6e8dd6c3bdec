import type { PhotoReliability } from '../../training/appearance/reliability.js';
import type { PreparationReport, Reason } from './report.js';

/** Photos that count less than this are named. */
const least = 0.8;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Why a photo counts less than others in what is learned; null where it does not. */
export function doubtOf({ weight, covered }: PhotoReliability): Reason | null {
  if (weight >= least) return null;
  const message =
    `It counts for ${percent(weight)}: ${percent(covered)} of its head is unlike the other photos ` +
    '(a cap, a hand, other hair, someone else?). Leave it out if it is not the look you want.';
  return { code: 'unlike', message, severity: 'warn' };
}

/**
 * The report of a preparation with what learning found about the photos.
 * @param names of the photos learned from, in order
 */
export function withDoubts(
  report: PreparationReport,
  names: readonly string[],
  reliabilities: readonly PhotoReliability[],
): PreparationReport {
  const doubts = new Map(names.map((name, i) => [name, doubtOf(reliabilities[i]!)]));
  const photos = report.photos.map((photo) => {
    const doubt = photo.image === null ? null : doubts.get(photo.image);
    return doubt ? { ...photo, reasons: [...photo.reasons, doubt] } : photo;
  });
  return { ...report, photos };
}
