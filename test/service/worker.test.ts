import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AssetError } from '../../runtime/core/errors.js';
import { erase } from '../../service/people/erase.js';
import { fileNames } from '../../service/people/personFiles.js';
import { sweep } from '../../service/people/sweep.js';
import type { StepJob } from '../../service/queue/jobs.js';
import { PeopleQueue } from '../../service/queue/peopleQueue.js';
import { priorityOf } from '../../service/queue/priority.js';
import { learnStep } from '../../service/steps/learn.js';
import type { Machine } from '../../service/steps/machine.js';
import { FolderStore } from '../../service/store/folderStore.js';
import { newPersonId } from '../../service/store/keys.js';
import { PeopleWorker } from '../../service/worker/peopleWorker.js';
import { countBegin, uncountBegin } from '../../service/worker/poison.js';
import type { Steps, Task } from '../../service/worker/step.js';
import { addPerson, keysWith, quickSteps, until } from './people.js';
import { RedisServer } from './redisServer.js';

let server: RedisServer;
let folder: string;
let store: FolderStore;
let queue: PeopleQueue;
const workers: PeopleWorker[] = [];

beforeAll(async () => {
  server = await RedisServer.start();
  folder = await mkdtemp(join(tmpdir(), 'worker-'));
  store = new FolderStore(folder);
});

afterAll(async () => {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  queue = new PeopleQueue(server.url, { firstDelay: 20 });
  await queue.redis.flushall();
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  await queue.close();
});

function work(steps: Partial<Steps> = {}, silence = 2000): PeopleWorker {
  const worker = new PeopleWorker({ queue, store, steps: { ...quickSteps, ...steps }, silence });
  workers.push(worker);
  return worker;
}

/** Does to a worker what the death of its process does: it no longer renews anything. */
function silence(worker: PeopleWorker): void {
  (worker as unknown as { _worker: { lockManager: { close(): void } } })._worker.lockManager.close();
}

const jobsLeft = async (): Promise<number> =>
  await queue.queue.getJobCountByTypes('waiting', 'prioritized', 'delayed', 'active', 'failed');

const isLearning = async (person: string): Promise<boolean> => {
  const job = (await queue.jobsOf(person)).find(({ name }) => name === 'learn');
  // Counted, so that the step has begun.
  return job?.data.begun !== undefined && (await job.isActive());
};

const allDone = (): Promise<void> => until('an empty queue', async () => (await jobsLeft()) === 0);

/** Waits until it is told to stop, as a long step does. */
const untilStopped = ({ signal }: Task): Promise<void> =>
  new Promise((_, fail) => {
    const stop = (): void => fail(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });

describe('a person', () => {
  test('goes through all steps once, and photos go when the head is there', async () => {
    const done: string[] = [];
    const named = (name: keyof Steps) => (task: Task) => {
      done.push(name);
      return quickSteps[name](task);
    };
    const files = await addPerson(queue, store, { mesh: true });
    work({ prepare: named('prepare'), learn: named('learn'), preview: named('preview'), mesh: named('mesh') });
    await allDone();
    expect(done.slice(0, 2)).toEqual(['prepare', 'learn']);
    expect(done.slice(2).sort()).toEqual(['mesh', 'preview']);
    expect(await files.names()).toEqual([fileNames.mesh, fileNames.head, fileNames.preview, fileNames.record].sort());
    // Their place in the tenant's quota is free.
    await until('a free place', async () =>
      (await keysWith(queue, files.person)).every((key) => key.endsWith(':events')),
    );
  });

  test('is tried again after a failure, and set aside with the reason after the fourth', async () => {
    let times = 0;
    const files = await addPerson(queue, store);
    work({
      prepare: () => {
        times++;
        return Promise.reject(new Error('the disk is full'));
      },
    });
    await until('the job to be set aside', async () => (await queue.queue.getFailedCount()) === 1);
    expect(times).toBe(4);
    const [job] = await queue.jobsOf(files.person);
    expect(job!.failedReason).toBe('the disk is full');
  });

  test('whose photos cannot be used is set aside at once, with the code', async () => {
    let times = 0;
    const files = await addPerson(queue, store);
    work({
      prepare: () => {
        times++;
        return Promise.reject(new AssetError('photos/none', 'photos: no face.'));
      },
    });
    await until('the job to be set aside', async () => (await queue.queue.getFailedCount()) === 1);
    expect([times, (await queue.jobsOf(files.person))[0]!.failedReason]).toEqual([1, 'photos/none: photos: no face.']);
  });

  test('whose head was kept before its worker died is not learned again, but handed on', async () => {
    const files = await addPerson(queue, store);
    let isKept = false;
    const first = work(
      {
        learn: async (task) => {
          await quickSteps.learn(task);
          isKept = true;
          await untilStopped(task);
        },
      },
      600,
    );
    await until('its head', () => isKept);
    const head = await files.read(fileNames.head);
    silence(first);
    const noMachine = new Proxy(Object.create(null) as Machine, {
      get: (): never => {
        throw new AssetError('photos/again', 'learned again');
      },
    });
    work({ learn: learnStep(noMachine, { size: 32, stateEvery: 1 }) }, 600);
    await allDone();
    expect(await files.read(fileNames.head)).toEqual(head);
    expect(await files.names()).toEqual([fileNames.head, fileNames.preview, fileNames.record].sort());
  });
});

describe('a worker', () => {
  test('that is told to stop gives its job back, and another goes on from its state', async () => {
    const files = await addPerson(queue, store);
    const first = work({
      learn: async (task) => {
        await untilStopped(task).catch(() => undefined);
        // As it is written after the last step.
        await task.files.put(fileNames.state, Uint8Array.of(7));
        task.signal.throwIfAborted();
      },
    });
    await until('learning', () => isLearning(files.person));
    await first.stop();
    const [job] = await queue.jobsOf(files.person);
    expect([await job!.getState(), job!.attemptsMade, job!.data.begun!.times]).toEqual(['prioritized', 0, 0]);
    let state: Uint8Array | null = null;
    work({
      learn: async (task) => {
        state = await task.files.read(fileNames.state);
        await quickSteps.learn(task);
      },
    });
    await allDone();
    expect(state).toEqual(Uint8Array.of(7));
    expect(await files.names()).toContain(fileNames.head);
  });

  test('that goes silent loses its job to another, and may keep nothing any more', async () => {
    const files = await addPerson(queue, store);
    let refused: unknown = null;
    let blocked: Task | null = null;
    const silent = work({ prepare: (task) => ((blocked = task), untilStopped(task)) }, 600);
    await until('the job to be active', () => blocked !== null);
    silence(silent);
    work({}, 600);
    await allDone();
    expect(await files.names()).toContain(fileNames.head);
    await blocked!.files.put(fileNames.set, Uint8Array.of(9)).catch((error: unknown) => (refused = error));
    expect(String(refused)).toMatch(/stopped: lost/);
    expect(await files.names()).not.toContain(fileNames.set);
  });

  test('and all jobs outlive a restart of Redis', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => addPerson(queue, store)));
    work({ learn: async (task) => (await wait(150), quickSteps.learn(task)) });
    await wait(300);
    await server.end('SIGKILL');
    await wait(300);
    await server.begin();
    await allDone();
    for (const files of people) expect(await files.names()).toContain(fileNames.head);
  });
});

describe('deleted means deleted', () => {
  test('while a worker is at it: it stops, keeps nothing, and no trace is in store or queue', async () => {
    const files = await addPerson(queue, store);
    let later: unknown = null;
    work({
      learn: async (task) => {
        await untilStopped(task).catch(() => undefined);
        await task.files.put(fileNames.head, Uint8Array.of(1)).catch((error: unknown) => (later = error));
        throw task.signal.reason;
      },
    });
    await until('learning', () => isLearning(files.person));
    const { person } = files;
    expect(await erase(queue, store, { person, tenant: 'studio' }, 10_000)).toBe(true);
    await until('no trace', async () => (await keysWith(queue, person)).length <= 1);
    expect(String(later)).toMatch(/stopped: deleted/);
    expect(await files.names()).toEqual([]);
    // The mark that stops workers is all that is left, for a day.
    expect(await keysWith(queue, person)).toEqual([`{people}:deleted:${person}`]);
    expect(await queue.redis.ttl(`{people}:deleted:${person}`)).toBeLessThanOrEqual(86_400);
  });

  test('what has been kept long enough goes, with jobs; what is being sent stays', async () => {
    const [old, set] = [await addPerson(queue, store), await addPerson(queue, store)];
    const half = `people/${newPersonId()}/photos/000.jpg`;
    await store.put(half, Uint8Array.of(1));
    const day = 86_400_000;
    const lifetimes = { photos: 3 * day, people: 30 * day };
    expect(await sweep(queue, store, lifetimes)).toBe(0);
    expect(await sweep(queue, store, lifetimes, Date.now() + 4 * day)).toBe(3);
    expect(await set.names()).toEqual([fileNames.record]);
    expect(await store.open(half)).toBeNull();
    expect(await sweep(queue, store, lifetimes, Date.now() + 31 * day)).toBe(2);
    expect(await old.names()).toEqual([]);
    expect(await jobsLeft()).toBe(0);
  });
});

describe('fairness', () => {
  test('a tenant’s first person goes before another’s second, what was begun before anything new', async () => {
    expect(priorityOf(5, null)).toBeLessThan(priorityOf(5, 1));
    expect(priorityOf(5, 1)).toBeLessThan(priorityOf(5, 2));
    expect(priorityOf(4, 1e9)).toBeLessThan(priorityOf(5, null));
    expect(priorityOf(9, 1e9)).toBeLessThanOrEqual(2 ** 21);
    const order: string[] = [];
    for (let i = 1; i <= 4; i++) await addPerson(queue, store, { tenant: 'many', rank: i });
    await addPerson(queue, store, { tenant: 'one', rank: 1 });
    work({
      learn: async (task) => {
        order.push(task.record.tenant);
        await quickSteps.learn(task);
      },
    });
    await allDone();
    expect(order).toEqual(['many', 'one', 'many', 'many', 'many']);
  });

  test('no more jobs of a tenant run at once than they may, and others pass', async () => {
    const running = new Map([
      ['narrow', 0],
      ['wide', 0],
    ]);
    const most = new Map(running);
    const learn = async (task: Task): Promise<void> => {
      const { tenant } = task.record;
      running.set(tenant, running.get(tenant)! + 1);
      most.set(tenant, Math.max(most.get(tenant)!, running.get(tenant)!));
      if (tenant === 'wide') await until('a second one', () => most.get('wide')! >= 2);
      else await wait(100);
      running.set(tenant, running.get(tenant)! - 1);
      await quickSteps.learn(task);
    };
    for (let i = 1; i <= 3; i++) await addPerson(queue, store, { tenant: 'narrow', concurrency: 1, rank: i });
    for (let i = 1; i <= 3; i++) await addPerson(queue, store, { tenant: 'wide', concurrency: 2, rank: i });
    for (let i = 0; i < 3; i++) work({ learn });
    await allDone();
    expect(most).toEqual(
      new Map([
        ['narrow', 1],
        ['wide', 2],
      ]),
    );
  });

  test('quotas: so many under way, so many a day, and what was refused counts for nothing', async () => {
    const { tenants } = queue;
    const quota = { people: 2, daily: 3, concurrency: 1 };
    expect(await tenants.reserve('t', 'a', quota)).toEqual({ rank: 1 });
    expect(await tenants.reserve('t', 'b', quota)).toEqual({ rank: 2 });
    expect(await tenants.reserve('t', 'c', quota)).toMatchObject({ refused: 'people' });
    await tenants.settle('t', 'a');
    expect(await tenants.reserve('t', 'c', quota)).toEqual({ rank: 2 });
    await tenants.settle('t', 'b');
    expect(await tenants.reserve('t', 'd', quota)).toMatchObject({ refused: 'daily' });
    await tenants.giveBack('t', 'c');
    expect(await tenants.reserve('t', 'd', quota)).toEqual({ rank: 1 });
    expect(await tenants.reserve('other', 'e', quota)).toEqual({ rank: 1 });
  });

  test('a job that takes its workers down at one place is set aside; one that gets further is not', async () => {
    const job = { name: 'learn', progress: { fraction: 0.5 }, data: {} } as unknown as StepJob;
    job.updateData = (data) => Promise.resolve(void (job.data = data));
    for (let i = 0; i < 6; i++) await countBegin(job);
    await expect(countBegin(job)).rejects.toThrow(/service\/poison: learn was begun 6 times .* 50 %/);
    await uncountBegin(job);
    await countBegin(job);
    job.progress = { fraction: 0.7 };
    for (let i = 0; i < 6; i++) await countBegin(job);
    await expect(countBegin(job)).rejects.toThrow(/70 %/);
  });
});
