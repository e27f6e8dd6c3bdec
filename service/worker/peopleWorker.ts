import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { setTimeout as wait } from 'node:timers/promises';
import { erase } from '../people/erase.js';
import { passing, PersonFiles } from '../people/personFiles.js';
import { jobDataOf } from '../people/record.js';
import { stepsAfter, type JobData, type StepJob, type StepName } from '../queue/jobs.js';
import { connectRedis, queueName, queuePrefix, type PeopleQueue } from '../queue/peopleQueue.js';
import type { Store } from '../store/store.js';
import { countBegin, uncountBegin } from './poison.js';
import { failureText, isFinal, Stopped, type Steps, type Task } from './step.js';

export interface PeopleWorkerOptions {
  readonly queue: PeopleQueue;
  readonly store: Store;
  readonly steps: Steps;
  /** A job whose worker is silent for so long is taken over, milliseconds; default 60 000. */
  readonly silence?: number;
  /** Gets one line for each job that begins or ends: no key, no name. */
  readonly onLine?: (line: string) => void;
}

/** Before a job of a tenant who has enough running is looked at again, milliseconds; up to twice that, by chance. */
const laterBy = 2000;
/** Between two reports of progress, milliseconds. */
const reportEvery = 1000;

/** Takes jobs one at a time, and does their steps. */
export class PeopleWorker {
  private readonly _worker: Worker<JobData, null, StepName>;
  private readonly _redis: Redis;
  private readonly _stopping = new AbortController();
  private readonly _silence: number;
  /** Infinity while there is a job; one that was put off does not count. */
  private _idleSince = Date.now();

  constructor(private readonly _options: PeopleWorkerOptions) {
    const { queue, silence = 60_000 } = _options;
    this._silence = silence;
    this._redis = connectRedis(queue.url);
    this._worker = new Worker<JobData, null, StepName>(
      queueName,
      (job, token, signal) => this._process(job, token!, signal!),
      {
        connection: this._redis,
        prefix: queuePrefix,
        lockDuration: silence,
        stalledInterval: silence / 2,
        // What a dying worker does to a job is counted by countBegin, which knows whether it got further.
        maxStalledCount: 1_000_000,
      },
    );
    this._worker.on('error', () => undefined);
    this._worker.on('lockRenewalFailed', (jobs) => jobs.forEach((job) => this._worker.cancelJob(job, 'lost')));
    this._worker.on('completed', (job) => void this._settle(job));
    this._worker.on('failed', (job) => void (job && this._settle(job)));
  }

  /** Resolves once nothing has been to do for that long. @param seconds without a job */
  async idle(seconds: number): Promise<void> {
    while (Date.now() - this._idleSince < seconds * 1000) await wait(200);
  }

  /** Finishes the step that is being done as far as it must, keeps its state, gives the job back and takes no other. */
  async stop(): Promise<void> {
    this._stopping.abort(new Stopped('shutdown'));
    await this._worker.close();
    this._redis.disconnect();
  }

  private async _process(job: StepJob, token: string, lost: AbortSignal): Promise<null> {
    const { queue, onLine } = this._options;
    const { person, tenant, concurrency } = job.data;
    if (await queue.isDeleted(person)) return null;
    if (!(await queue.tenants.enter(tenant, job.id!, concurrency, this._silence))) {
      await job.moveToDelayed(Date.now() + laterBy * (1 + Math.random()), token);
      throw new DelayedError();
    }
    this._idleSince = Infinity;
    const controller = new AbortController();
    const stop = (why: Stopped['why']): void => controller.abort(new Stopped(why));
    const heartbeat = setInterval(() => void beat().catch(() => undefined), this._silence / 6);
    const beat = async (): Promise<void> => {
      await queue.tenants.enter(tenant, job.id!, concurrency, this._silence);
      if (await queue.isDeleted(person)) stop('deleted');
    };
    lost.addEventListener('abort', () => stop('lost'));
    const signal = AbortSignal.any([controller.signal, this._stopping.signal]);
    const begun = performance.now();
    const say = (what: string): void =>
      onLine?.(`${job.name} of ${tenant} ${what}, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    try {
      signal.throwIfAborted();
      await countBegin(job);
      await this._do(job, token, signal);
      say('done');
      return null;
    } catch (error) {
      const reason: unknown = signal.aborted ? signal.reason : error;
      if (reason instanceof Stopped) {
        say(reason.message);
        if (reason.why === 'deleted') return null;
        if (reason.why === 'lost') throw reason;
        await uncountBegin(job);
        await job.moveToWait(token);
        throw new WaitingError();
      }
      say(`failed: ${failureText(error)}`);
      if (error instanceof UnrecoverableError) throw error;
      if (isFinal(error)) throw new UnrecoverableError(failureText(error));
      throw new Error(failureText(error), { cause: error });
    } finally {
      this._idleSince = Date.now();
      clearInterval(heartbeat);
      await queue.tenants.leave(tenant, job.id!);
    }
  }

  private async _do(job: StepJob, token: string, signal: AbortSignal): Promise<void> {
    const { queue, store, steps } = this._options;
    const { person } = job.data;
    const guard = async (): Promise<void> => {
      if (await queue.isDeleted(person)) throw new Stopped('deleted');
      // Fails where another worker has the job by now.
      if ((await job.extendLock(token, this._silence)) !== 1) throw new Stopped('lost');
    };
    const files = new PersonFiles(store, person, guard);
    const record = await files.record();
    if (!record)
      throw new UnrecoverableError('service/gone: the person’s record is not in the store. Send the photos again.');
    let last = -Infinity;
    const report: Task['report'] = (progress) => {
      if (performance.now() - last < reportEvery) return;
      last = performance.now();
      // A lost report is followed by the next one.
      job.updateProgress({ ...progress }).catch(() => undefined);
    };
    await steps[job.name]({ record, files, signal, report });
    signal.throwIfAborted();
    await guard();
    for (const step of stepsAfter(job.name, record.options)) await queue.add(step, jobDataOf(person, record), null);
    // The last that is in need of photos.
    if (job.name === 'learn') await files.remove((await files.names()).filter(passing));
  }

  /** After a job: a person with none left is done with; one who was deleted meanwhile leaves nothing. */
  private async _settle(job: StepJob): Promise<void> {
    const { queue, store } = this._options;
    const { person, tenant } = job.data;
    try {
      if (await queue.isDeleted(person)) {
        await erase(queue, store, { person, tenant }, 0);
        return;
      }
      const left = await queue.jobsOf(person);
      const states = await Promise.all(left.map((one) => one.getState()));
      if (states.every((state) => state === 'failed' || state === 'unknown'))
        await queue.tenants.settle(tenant, person);
    } catch {
      // Redis is away: the place falls free after a while.
    }
  }
}
