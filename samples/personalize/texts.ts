import type { PersonalizeProgress, Stage } from '../../personalize/personalize.js';

const stages: Readonly<Record<Stage, string>> = {
  person: 'Finding the person',
  anchors: 'Looking at each photo',
  training: 'Learning the details',
};

export const stageText = (stage: Stage): string => stages[stage];

/** `step 20 of 300, loss 0.041, about 3 minutes left` */
export function stepText({ step, steps, loss, eta }: PersonalizeProgress): string {
  const left = eta === null ? '' : `, ${timeText(eta)} left`;
  return `step ${step + 1} of ${steps}, loss ${loss.toPrecision(2)}${left}`;
}

export function timeText(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  return `about ${Math.round(seconds / 60)} minutes`;
}

export const countText = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
