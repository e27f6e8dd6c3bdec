import { UnrecoverableError } from 'bullmq';
import type { JobProgress, StepJob } from '../queue/jobs.js';

/** Begun so often without getting further, a job is not begun again. */
const mostTimes = 6;
/** A step's parts: within one it counts as getting no further. */
const parts = 20;

/**
 * Counts that a job is begun. A job that takes its worker's process down with it never fails by itself: other workers take it over,
 * one after the other. Workers that die for other reasons do so at other places.
 * @throws UnrecoverableError, which sets the job aside, where it got no further too often
 */
export async function countBegin(job: StepJob): Promise<void> {
  const { fraction = 0 } = job.progress as Partial<JobProgress>;
  const place = Math.floor(parts * fraction);
  const { begun } = job.data;
  const times = begun && place <= begun.place ? begun.times + 1 : 1;
  if (times > mostTimes) {
    throw new UnrecoverableError(
      `service/poison: ${job.name} was begun ${mostTimes} times and got no further than ${Math.round(100 * fraction)} %. ` +
        'Look at the workers’ logs of that time: it may need more memory than they have.',
    );
  }
  await job.updateData({ ...job.data, begun: { place, times } });
}

/** A worker gave the job back of its own accord: that is no sign of poison. */
export async function uncountBegin(job: StepJob): Promise<void> {
  const { begun } = job.data;
  if (begun) await job.updateData({ ...job.data, begun: { ...begun, times: begun.times - 1 } });
}
