import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { jobIdOf, stepNames, type JobData, type StepJob, type StepName } from './jobs.js';
import { priorityOf } from './priority.js';
import { Tenants } from './tenants.js';

/** Name of the queue; its keys begin with `{people}:queue:`, all of one slot where Redis is a cluster. */
export const queueName = 'queue';
export const queuePrefix = '{people}';

/** Jobs that were set aside wait so long for someone to look, seconds. */
const setAsideFor = 14 * 86_400;
/** As long as a worker might still write about somebody who was deleted, seconds. */
const deletionKnownFor = 86_400;
const attempts = 4;
/** Before the second attempt, milliseconds; doubled before each further one. */
const firstDelay = 15_000;

export interface PeopleQueueOptions {
  /** How long after the first failure the second attempt comes, milliseconds; tests wait less. */
  readonly firstDelay?: number;
  /** Commands fail while Redis is away, as whoever answers requests needs it; else they wait for it. */
  readonly isImpatient?: boolean;
}

/** A connection; whoever blocks on it or subscribes needs one of their own. */
export function connectRedis(url: string, isImpatient = false): Redis {
  const redis = new Redis(url, {
    // Workers' commands wait through a restart of Redis, as BullMQ asks for.
    maxRetriesPerRequest: isImpatient ? 2 : null,
    retryStrategy: (times) => Math.min(200 * times, 5000),
  });
  // Commands tell; without a listener a lost connection would end the process.
  redis.on('error', () => undefined);
  return redis;
}

/** The queue of all steps of all people, and what Redis keeps beside it. */
export class PeopleQueue {
  readonly redis: Redis;
  readonly queue: Queue<JobData, null, StepName>;
  readonly tenants: Tenants;

  constructor(
    readonly url: string,
    private readonly _options: PeopleQueueOptions = {},
  ) {
    this.redis = connectRedis(url, _options.isImpatient);
    this.queue = new Queue(queueName, { connection: this.redis, prefix: queuePrefix });
    this.queue.on('error', () => undefined);
    this.tenants = new Tenants(this.redis, `${queuePrefix}:`);
  }

  /** @param rank see `priorityOf` */
  async add(step: StepName, data: JobData, rank: number | null): Promise<void> {
    await this.queue.add(step, data, {
      jobId: jobIdOf(data.person, step),
      priority: priorityOf(data.urgency, rank),
      attempts,
      backoff: { type: 'exponential', delay: this._options.firstDelay ?? firstDelay, jitter: 0.5 },
      // Who is done is known by what lies in the store.
      removeOnComplete: true,
      removeOnFail: { age: setAsideFor },
    });
  }

  /** The jobs of a person that are not done. */
  async jobsOf(person: string): Promise<StepJob[]> {
    const found = await Promise.all(stepNames.map((step) => this.queue.getJob(jobIdOf(person, step))));
    return found.filter((job): job is StepJob => job !== undefined);
  }

  /** Says to all workers that nothing more may be kept of a person. */
  async markDeleted(person: string): Promise<void> {
    await this.redis.set(this._deletedKey(person), 1, 'EX', deletionKnownFor);
  }

  async isDeleted(person: string): Promise<boolean> {
    return (await this.redis.exists(this._deletedKey(person))) === 1;
  }

  /**
   * Removes a person's jobs and what the queue's stream of events tells of them.
   * @returns whether nothing is left; false while a worker still holds a job
   */
  async forget(person: string, tenant: string): Promise<boolean> {
    const jobs = await this.jobsOf(person);
    const removed = await Promise.all(
      jobs.map((job) =>
        job.remove().then(
          () => true,
          // A worker holds it.
          () => false,
        ),
      ),
    );
    await this.tenants.settle(tenant, person);
    for (const step of stepNames) await this.tenants.leave(tenant, jobIdOf(person, step));
    await this._forgetEvents(person);
    return removed.every(Boolean);
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.redis.disconnect();
  }

  private _deletedKey(person: string): string {
    return `${queuePrefix}:deleted:${person}`;
  }

  private async _forgetEvents(person: string): Promise<void> {
    const key = `${queuePrefix}:${queueName}:events`;
    const ids = new Set(stepNames.map((step) => jobIdOf(person, step)));
    let from = '-';
    for (;;) {
      const entries = await this.redis.xrange(key, from, '+', 'COUNT', 1000);
      const theirs = entries.filter(([, fields]) => fields.some((field) => ids.has(field))).map(([id]) => id);
      if (theirs.length > 0) await this.redis.xdel(key, ...theirs);
      if (entries.length < 1000) return;
      from = `(${entries.at(-1)![0]}`;
    }
  }
}
