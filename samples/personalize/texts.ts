import type { Ask, Hint } from '../../personalize/photos/capture/captureGuide.js';
import type { PreparationStage } from '../../personalize/photos/prepare/preparedPhotos.js';
import type { PersonalizeProgress, Stage } from '../../personalize/personalize.js';

const stages: Readonly<Record<Stage, string>> = {
  person: 'Finding the person',
  anchors: 'Looking at each photo',
  training: 'Learning the details',
};

export const stageText = (stage: Stage): string => stages[stage];

const preparing: Readonly<Record<PreparationStage, string>> = {
  looking: 'Looking for your face in the photos',
  cameras: 'Finding out where each photo was taken from',
  cutting: 'Cutting the head out of each photo',
};

export const preparingText = (stage: PreparationStage): string => preparing[stage];

/** `step 20 of 300, about 3 minutes left` */
export function stepText({ step, steps, eta }: PersonalizeProgress): string {
  const left = eta === null ? '' : `, ${timeText(eta)} left`;
  return `step ${step + 1} of ${steps}${left}`;
}

export function timeText(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${Math.round(seconds / 3600)} hours`;
}

export const countText = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Where a head looks, in the person's own sense: `turned left 20°, up 5°`. */
export function poseText(yaw: number | null, pitch: number | null): string {
  if (yaw === null || pitch === null) return '';
  // The camera stands at the person's left when they have turned to the right.
  const turn = Math.abs(yaw) < 5 ? '' : `${yaw > 0 ? 'right' : 'left'} ${Math.round(Math.abs(yaw))}°`;
  const nod = Math.abs(pitch) < 5 ? '' : `${pitch > 0 ? 'down' : 'up'} ${Math.round(Math.abs(pitch))}°`;
  return [turn, nod].filter(Boolean).join(', ') || 'straight';
}

/** What the camera asks for. */
export const askTexts: Readonly<Record<Ask, string>> = {
  front: 'Look straight into the camera',
  left: 'Turn your head slowly to the left',
  right: 'Turn your head slowly to the right',
  up: 'Look straight, then slowly up',
  down: 'Look straight, then slowly down',
  smile: 'Look straight and smile',
  open: 'Look straight and open your mouth',
};

/** Why the newest frame does not count. */
export const hintTexts: Readonly<Record<Hint, string>> = {
  'no-face': 'No face is seen. Come into the circle.',
  closer: 'Come closer.',
  back: 'Move back a little.',
  middle: 'Bring your head into the middle.',
  still: 'Move more slowly: the picture is blurred.',
  light: 'It is too dark. Turn on a light before you.',
};
