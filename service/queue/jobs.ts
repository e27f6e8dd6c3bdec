import type { Job } from 'bullmq';

/** What is done for a person, in this order; preview and mesh beside each other. */
export const stepNames = ['prepare', 'learn', 'preview', 'mesh'] as const;

export type StepName = (typeof stepNames)[number];

/** What a person's request asked for. */
export interface PersonOptions {
  readonly effort: 'draft' | 'good';
  /** The head as a mesh too. */
  readonly mesh: boolean;
  readonly seed: string;
}

/** A job's data: nothing about the person but their key. */
export interface JobData {
  readonly person: string;
  readonly tenant: string;
  readonly options: PersonOptions;
  /** 0: first. Of the request. */
  readonly urgency: number;
  /** Of the tenant: jobs at once. */
  readonly concurrency: number;
  /** How often it was begun where it stood, see worker/poison.ts. */
  readonly begun?: { readonly place: number; readonly times: number };
}

/** Where a job stands; kept by the queue, streamed to whoever watches. */
export interface JobProgress {
  /** Of the step, 0..1. */
  readonly fraction: number;
  /** E.g. `training 120/300`. */
  readonly text: string;
  /** Seconds left of the step; null while nothing tells. */
  readonly eta: number | null;
}

export type StepJob = Job<JobData, null, StepName>;

/** The same step of the same person is one job, however often it is asked for. */
export const jobIdOf = (person: string, step: StepName): string => `${person}.${step}`;

/** @returns null for the id of a job that is none of these */
export function partsOfJobId(id: string): { readonly person: string; readonly step: StepName } | null {
  const [person, name] = id.split('.');
  const step = stepNames.find((known) => known === name);
  return person !== undefined && step ? { person, step } : null;
}

/** The steps that follow one, as far as the person's request has them. */
export function stepsAfter(step: StepName, options: PersonOptions): readonly StepName[] {
  if (step === 'prepare') return ['learn'];
  if (step === 'learn') return options.mesh ? ['preview', 'mesh'] : ['preview'];
  return [];
}
