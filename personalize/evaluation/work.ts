import { personSteps, type Effort, type PersonalizeProgress } from '../personalize.js';
import { isFrozen, type Method } from '../training/method.js';

/** What an evaluation counts its work in: steps of the optimiser, which all take about as long. */
export interface WorkPlan {
  readonly photos: number;
  readonly effort: Effort;
  /** Held-out photos that are fitted. */
  readonly fitted: number;
  readonly fitSteps: number;
  /** Held-out photos that are rendered. */
  readonly rendered: number;
}

/** A held-out photo's render and its judging, in steps. */
const renderSteps = 6;

export const inversionSteps = ({ effort, photos }: WorkPlan): number =>
  personSteps(effort, photos) + photos * effort.photo;

export const trainingSteps = (method: Method, { effort }: WorkPlan): number => (isFrozen(method) ? 0 : effort.training);

export const heldOutSteps = ({ fitted, fitSteps, rendered }: WorkPlan): number =>
  fitted * fitSteps + rendered * renderSteps;

/** Of all methods and the inversion they share. */
export function totalSteps(all: readonly Method[], plan: WorkPlan): number {
  const own = all.map((method) => trainingSteps(method, plan) + heldOutSteps(plan));
  return own.reduce((sum, steps) => sum + steps, inversionSteps(plan));
}

/** Steps of a run of `personalize` until this progress. */
export function stepsOf({ stage, step }: PersonalizeProgress, plan: WorkPlan): number {
  const before = { person: 0, anchors: personSteps(plan.effort, plan.photos), training: inversionSteps(plan) };
  return before[stage] + step + 1;
}
