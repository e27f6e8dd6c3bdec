import type { Photo } from '../../personalize/photos/photo.js';
import { doubtOf } from '../../personalize/photos/prepare/doubts.js';
import type { PhotoReliability } from '../../personalize/training/appearance/reliability.js';

/** One line for each photo that does not show the person alone: what it counts, the least first. */
export function doubtLines(photos: readonly Photo[], reliabilities: readonly PhotoReliability[]): string[] {
  return reliabilities
    .map((reliability, i) => ({ ...reliability, name: photos[i]!.name, doubt: doubtOf(reliability) }))
    .filter(({ doubt }) => doubt !== null)
    .sort((a, b) => a.weight - b.weight)
    .map(({ name, doubt }) => `${name}: ${doubt!.message}`);
}
