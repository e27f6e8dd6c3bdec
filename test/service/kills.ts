import { expect } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { erase } from '../../service/people/erase.js';
import { fileNames, type PersonFiles } from '../../service/people/personFiles.js';
import { PeopleQueue, queueName, queuePrefix } from '../../service/queue/peopleQueue.js';
import { Machine } from '../../service/steps/machine.js';
import { prepareStep } from '../../service/steps/prepare.js';
import { FolderStore } from '../../service/store/folderStore.js';
import { mulberry } from '../personalize/photos/raw/random.js';
import { addRawPerson, until, type Prepared, type RawSet } from './people.js';
import { Program } from './program.js';
import { RedisServer } from './redisServer.js';

export interface Kills {
  readonly people: number;
  readonly kills: number;
  readonly seed: number;
  /** Whose photos: people take turns. */
  readonly sets: readonly RawSet[];
  /** Both workers are killed each time, and what takes time until others take over is done at once: nothing
   * depends on clocks. Photos come prepared. */
  readonly isQuick?: boolean;
  /** The shared base, six photos a person, and every step of a draft: some minutes a person. */
  readonly isDraft?: boolean;
}

/** Of an effort: seconds a person on the tiny base. */
const steps = { person: 4, shared: 0, photo: 2, training: 20 };

/** What a run through kills showed. */
export interface Outcome {
  readonly seconds: number;
  /** How often a worker said that it had learned a head: once more where it was killed before the queue heard of it. */
  readonly done: number;
}

/**
 * People are learned by two workers, programs of their own, of which one or the other is killed at random points of the whole
 * work; Redis is killed once, in the middle. Holds that all heads come out, that none is written twice, and that each is byte for
 * byte the one of a single run.
 */
export async function learnThroughKills(asked: Kills): Promise<Outcome> {
  const { people, kills, seed, sets, isQuick = false, isDraft = false } = asked;
  const patience = isDraft ? 240 : undefined;
  const random = mulberry(seed);
  const server = await RedisServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'kills-'));
  const queue = new PeopleQueue(server.url);
  const store = new FolderStore(folder);
  const begin = (): Program =>
    isDraft
      ? new Program([server.url, folder, 'draft', '60'], 'test/service/workProgram.mjs')
      : new Program(
          [server.url, folder, JSON.stringify(steps), isQuick ? '600' : '10'],
          'test/service/workProgram.mjs',
        );
  const isDone = async ({ person }: PersonFiles): Promise<boolean> => (await queue.jobsOf(person)).length === 0;
  const inodes = new Map<string, number>();
  const started: Program[] = [];
  try {
    const prepared: Prepared[] = [];
    if (isQuick) for (const set of sets) prepared.push(await prepare(queue, store, set));
    const add = (i: number): Promise<PersonFiles> =>
      addRawPerson(queue, store, sets[i % sets.length]!, prepared[i % sets.length], isDraft ? 6 : 3);
    const single = begin();
    started.push(single);
    const alone: PersonFiles[] = [];
    for (const i of sets.keys()) alone.push(await add(i));
    await until(
      'the heads of a single run',
      async () => (await Promise.all(alone.map(isDone))).every(Boolean),
      patience,
    );
    expect(await single.end()).toBe(0);
    const wanted = await Promise.all(alone.map((files) => files.read(fileNames.head)));
    expect(new Set(wanted.map((bytes) => Buffer.from(bytes!).toString('hex'))).size).toBe(sets.length);

    const begun = performance.now();
    const all: PersonFiles[] = [];
    for (let i = 0; i < people; i++) all.push(await add(i));
    const look = async (files: PersonFiles): Promise<void> => {
      const found = await stat(join(folder, 'people', files.person, fileNames.head)).catch(() => null);
      if (!found) return;
      // A head that is written again is another file.
      expect(inodes.get(files.person) ?? found.ino).toBe(found.ino);
      inodes.set(files.person, found.ino);
    };
    const workers = [begin(), begin()];
    started.push(...workers);
    const points = Array.from({ length: kills }, () => 0.9 * people * random()).sort((a, b) => a - b);
    for (const [i, point] of points.entries()) {
      await until(
        `${point} heads`,
        async () => {
          await Promise.all(all.map(look));
          return (await progressOf(queue, all)) >= point;
        },
        patience,
      );
      // Within what is done between two reports of progress.
      await wait(1000 * random());
      if (i === Math.floor(kills / 2)) {
        await server.end('SIGKILL');
        await server.begin();
      }
      const which = Math.floor(2 * random());
      await workers[which]!.end('SIGKILL');
      if (isQuick) {
        await workers[1 - which]!.end('SIGKILL');
        await passSilence(queue);
        started.push((workers[1 - which] = begin()));
      }
      started.push((workers[which] = begin()));
    }
    await until(
      'all heads',
      async () => {
        await Promise.all(all.map(look));
        return (await Promise.all(all.map(isDone))).every(Boolean);
      },
      patience,
    );
    const seconds = (performance.now() - begun) / 1000;
    for (const [i, files] of all.entries()) {
      await look(files);
      expect(await files.names()).toEqual(
        [fileNames.head, fileNames.preview, fileNames.record, fileNames.report].sort(),
      );
      expect(Buffer.compare((await files.read(fileNames.head))!, wanted[i % sets.length]!)).toBe(0);
    }
    for (const worker of workers) expect(await worker.end()).toBe(0);
    return { seconds, done: started.flatMap(({ text }) => text.match(/^learn of .* done/gm) ?? []).length };
  } finally {
    for (const program of started) await program.end('SIGKILL');
    await queue.close();
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Prepares photos in this process. */
async function prepare(queue: PeopleQueue, store: FolderStore, set: RawSet): Promise<Prepared> {
  const machine = await Machine.open({ base: 'test/goldens/tiny-network.pkl', backend: 'cpu', threads: 1 });
  const files = await addRawPerson(queue, store, set);
  const record = (await files.record())!;
  await prepareStep(machine)({ record, files, signal: new AbortController().signal, report: () => undefined });
  const [photos, report] = await Promise.all([files.read(fileNames.set), files.read(fileNames.report)]);
  await erase(queue, store, { person: files.person, tenant: record.tenant }, 0);
  await machine.close();
  return { set: photos!, report: report! };
}

/** Does to the jobs of dead workers what time does: their locks end, and BullMQ looks for such jobs. */
async function passSilence({ queue, redis }: PeopleQueue): Promise<void> {
  const key = (name: string): string => `${queuePrefix}:${queueName}:${name}`;
  for (const { id } of await queue.getActive()) {
    await redis.del(key(`${id!}:lock`));
    await redis.sadd(key('stalled'), id!);
  }
  await redis.del(key('stalled-check'));
}

/** How many heads are there, counting parts. */
async function progressOf(queue: PeopleQueue, all: readonly PersonFiles[]): Promise<number> {
  const parts = await Promise.all(
    all.map(async ({ person }) => {
      const [job] = await queue.jobsOf(person);
      if (!job) return 1;
      if (job.name !== 'learn') return job.name === 'prepare' ? 0 : 0.9;
      const { fraction = 0 } = job.progress as { fraction?: number };
      return 0.1 + 0.8 * fraction;
    }),
  );
  return parts.reduce((sum, part) => sum + part, 0);
}
