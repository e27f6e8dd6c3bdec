import type { PhotoReliability } from '../../training/appearance/reliability.js';
import type { PreparationReport, Reason } from './report.js';

/** Photos that count less than this are named. */
const least = 0.8;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Why a photo counts less than others in what is learned; null where it does not. */
function doubtOf({ weight, covered }: PhotoReliability): Reason | null {
  if (weight >= least) return null;
  const message =
    `It counts for ${percent(weight)}: ${percent(covered)} of its head is unlike the other photos ` +
    '(a cap, a hand, other hair, someone else?). Leave it out if it is not the look you want.';
  return { code: 'unlike', message, severity: 'warn' };
}

/**
 * The photos that count less than others in what was learned, the least first, each with why.
 * @param names of the photos learned from, in order
 * @param reliabilities of the same photos
 */
function doubtsOf(names: readonly string[], reliabilities: readonly PhotoReliability[]): ReadonlyMap<string, Reason> {
  const doubts = names.flatMap((name, i) => {
    const reliability = reliabilities[i]!;
    const doubt = doubtOf(reliability);
    return doubt ? [{ name, doubt, weight: reliability.weight }] : [];
  });
  doubts.sort((a, b) => a.weight - b.weight);
  return new Map(doubts.map(({ name, doubt }) => [name, doubt]));
}

/** One line for each photo that does not show the person alone, the least first. */
export const doubtLines = (names: readonly string[], reliabilities: readonly PhotoReliability[]): string[] =>
  [...doubtsOf(names, reliabilities)].map(([name, { message }]) => `${name}: ${message}`);

/** The report of a preparation with what learning found about the photos, see `doubtsOf`. */
export function withDoubts(
  report: PreparationReport,
  names: readonly string[],
  reliabilities: readonly PhotoReliability[],
): PreparationReport {
  const doubts = doubtsOf(names, reliabilities);
  const photos = report.photos.map((photo) => {
    const doubt = photo.image === null ? null : doubts.get(photo.image);
    return doubt ? { ...photo, reasons: [...photo.reasons, doubt] } : photo;
  });
  return { ...report, photos };
}
