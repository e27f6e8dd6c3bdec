import { setTimeout as wait } from 'node:timers/promises';
import type { PeopleQueue } from '../queue/peopleQueue.js';
import type { Store } from '../store/store.js';
import { PersonFiles } from './personFiles.js';

/** Between two looks whether a worker has let go, milliseconds. */
const pause = 200;

/**
 * Removes everything of a person from store and queue. A worker that is at it finds the mark within seconds, keeps nothing more
 * and lets go.
 * @param patience milliseconds to wait for such a worker
 * @returns false where it had not let go by then: it will
 */
export async function erase(
  queue: PeopleQueue,
  store: Store,
  { person, tenant }: { readonly person: string; readonly tenant: string },
  patience: number,
): Promise<boolean> {
  await queue.markDeleted(person);
  const files = new PersonFiles(store, person);
  await files.removeAll();
  const until = Date.now() + patience;
  for (;;) {
    if (await queue.forget(person, tenant)) break;
    if (Date.now() >= until) return false;
    await wait(pause);
  }
  await files.removeAll();
  return true;
}
