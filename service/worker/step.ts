import { HeadError } from 'babylon-personalized-head/runtime';
import type { PersonFiles } from '../people/personFiles.js';
import type { PersonRecord } from '../people/record.js';
import type { JobProgress, StepName } from '../queue/jobs.js';

/** One step of one person. */
export interface Task {
  readonly record: PersonRecord;
  /** Refuses to keep anything once the person is deleted or another worker has the job. */
  readonly files: PersonFiles;
  /** Aborts where the worker is to stop; what was done until then is kept. */
  readonly signal: AbortSignal;
  readonly report: (progress: JobProgress) => void;
}

/** Does a step. What it finds done already it does not do again: a worker may have died after its last write. */
export type Step = (task: Task) => Promise<void>;

export type Steps = Readonly<Record<StepName, Step>>;

/** Why a step is stopped from outside. */
export class Stopped extends Error {
  constructor(readonly why: 'deleted' | 'shutdown' | 'lost') {
    super(`stopped: ${why}`);
  }
}

/**
 * Whether doing it again would end in the same way: photos that cannot be used, numbers that are not finite. What a disk, a network or
 * a device did may be over by then.
 */
export const isFinal = (error: unknown): boolean =>
  error instanceof HeadError && /^(photos|personalize|numeric|shape)\//.test(error.code);

/** A failure as the queue keeps it: with the code that programs read, where it has one. */
export const failureText = (error: unknown): string =>
  error instanceof HeadError
    ? `${error.code}: ${error.message}`
    : String(error instanceof Error ? error.message : error);
