import type { MachineOptions } from '../steps/machine.js';

/** What `personalized-head work` is given. */
export interface WorkOptions extends MachineOptions {
  readonly queue: string;
  readonly store: string;
  readonly concurrency: number;
  readonly size: number;
  readonly silence: number;
  readonly stateEvery: number;
  readonly exitWhenIdle?: number;
}
