import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileNames, photoName, PersonFiles } from '../../service/people/personFiles.js';
import { jobDataOf } from '../../service/people/record.js';
import type { PeopleQueue } from '../../service/queue/peopleQueue.js';
import { newPersonId } from '../../service/store/keys.js';
import type { Store } from '../../service/store/store.js';
import type { Steps } from '../../service/worker/step.js';

export interface Asked {
  readonly tenant?: string;
  readonly concurrency?: number;
  readonly rank?: number;
  readonly mesh?: boolean;
  readonly urgency?: number;
}

/** Puts a person of one photo into store and queue, as the door does. */
export async function addPerson(queue: PeopleQueue, store: Store, asked: Asked = {}): Promise<PersonFiles> {
  const { tenant = 'studio', concurrency = 100, rank = 1, mesh = false, urgency = 5 } = asked;
  const files = new PersonFiles(store, newPersonId());
  const options = { effort: 'draft', mesh, seed: '0' } as const;
  const photos = [photoName(0, 'jpg')];
  await files.put(photos[0]!, Uint8Array.of(0xff, 0xd8));
  await files.putJson(fileNames.record, {
    tenant,
    created: new Date().toISOString(),
    photos,
    options,
    urgency,
    concurrency,
  });
  await queue.add('prepare', { person: files.person, tenant, options, urgency, concurrency }, rank);
  return files;
}

/** Photos of people made up. */
export type RawSet = 'A' | 'B';

/** What becomes of photos in the first step. */
export interface Prepared {
  readonly set: Uint8Array;
  readonly report: Uint8Array;
}

/** Puts a person of some drawn photos into store and queue. @param prepared the first step is done */
export async function addRawPerson(
  queue: PeopleQueue,
  store: Store,
  set: RawSet,
  prepared?: Prepared,
  count = 3,
): Promise<PersonFiles> {
  const files = new PersonFiles(store, newPersonId());
  const photos = Array.from({ length: count }, (_, i) => photoName(i, 'jpg'));
  for (const [i, name] of photos.entries()) {
    await files.put(name, await readFile(`test/personalize/photos/raw/people/${set}/0${i}.jpg`));
  }
  const options = { effort: 'draft', mesh: false, seed: '0' } as const;
  const record = { ...{ tenant: 'a', options, photos, urgency: 5, concurrency: 9 }, created: new Date().toISOString() };
  if (prepared) {
    await files.put(fileNames.set, prepared.set);
    await files.put(fileNames.report, prepared.report);
  }
  await files.putJson(fileNames.record, record);
  await queue.add('prepare', jobDataOf(files.person, record), 1);
  return files;
}

/** Steps that leave what the real ones leave, at once. */
export const quickSteps: Steps = {
  prepare: ({ files }) => files.put(fileNames.set, Uint8Array.of(1)),
  learn: ({ files }) => files.put(fileNames.head, new TextEncoder().encode(`head of ${files.person}`)),
  preview: ({ files }) => files.put(fileNames.preview, Uint8Array.of(2)),
  mesh: ({ files }) => files.put(fileNames.mesh, Uint8Array.of(3)),
};

/** Asks until it is so. @throws after some minutes, with what was waited for */
export async function until(what: string, holds: () => boolean | Promise<boolean>, minutes = 4): Promise<void> {
  for (let i = 0; i < 2400 * minutes; i++) {
    if (await holds()) return;
    await wait(25);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Whether the text is anywhere in Redis: in a key, a value, a field, a member, an entry of a stream. */
export async function keysWith(queue: PeopleQueue, text: string): Promise<string[]> {
  const { redis } = queue;
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    const content =
      type === 'hash'
        ? await redis.hgetall(key)
        : type === 'list'
          ? await redis.lrange(key, 0, -1)
          : type === 'zset'
            ? await redis.zrange(key, '0', '-1')
            : type === 'set'
              ? await redis.smembers(key)
              : type === 'stream'
                ? await redis.xrange(key, '-', '+')
                : await redis.get(key);
    if (`${key} ${JSON.stringify(content)}`.includes(text)) found.push(key);
  }
  return found;
}
