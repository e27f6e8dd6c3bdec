import type { Photo } from '../../personalize/photos/photo.js';
import type { PhotoReliability } from '../../personalize/training/appearance/reliability.js';

/** Photos that count less than this are named. */
const least = 0.8;

/** One line for each photo that does not show the person alone: what it counts, the least first. */
export function doubtLines(photos: readonly Photo[], reliabilities: readonly PhotoReliability[]): string[] {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return reliabilities
    .map(({ weight, covered }, i) => ({ weight, covered, name: photos[i]!.name }))
    .filter(({ weight }) => weight < least)
    .sort((a, b) => a.weight - b.weight)
    .map(
      ({ name, weight, covered }) =>
        `${name} counts for ${percent(weight)}: ${percent(covered)} of its head is unlike the other photos ` +
        '(a cap, a hand, other hair, someone else?).',
    );
}
