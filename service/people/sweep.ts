import type { PeopleQueue } from '../queue/peopleQueue.js';
import { personOfKey, personPrefix } from '../store/keys.js';
import type { Listed, Store } from '../store/store.js';
import { erase } from './erase.js';
import { fileNames, passing, PersonFiles } from './personFiles.js';

/** How long things are kept, milliseconds. */
export interface Lifetimes {
  /** Photos, what was cut out of them, and states of runs; those of a finished head go at once. */
  readonly photos: number;
  /** All else: heads, meshes, previews, reports. */
  readonly people: number;
}

const day = 86_400_000;

/** Objects without a record are of a request that is being sent, or that died, milliseconds. */
const longestRequest = day / 24;

/** Removes what has been kept long enough. @returns the number of people of whom something was removed */
export async function sweep(queue: PeopleQueue, store: Store, lifetimes: Lifetimes, now = Date.now()): Promise<number> {
  let changed = 0;
  for await (const [person, objects] of people(store)) {
    if (await sweepPerson(queue, new PersonFiles(store, person), objects, lifetimes, now)) changed++;
  }
  return changed;
}

/** The store's objects by person: stores list a person's objects one after the other. */
async function* people(store: Store): AsyncIterable<readonly [person: string, objects: readonly Listed[]]> {
  let open: { readonly person: string; readonly objects: Listed[] } | null = null;
  for await (const object of store.list('people/')) {
    const person = personOfKey(object.key)!;
    if (open && open.person !== person) {
      yield [open.person, open.objects];
      open = null;
    }
    open ??= { person, objects: [] };
    open.objects.push(object);
  }
  if (open) yield [open.person, open.objects];
}

async function sweepPerson(
  queue: PeopleQueue,
  files: PersonFiles,
  objects: readonly Listed[],
  lifetimes: Lifetimes,
  now: number,
): Promise<boolean> {
  const prefix = personPrefix(files.person);
  const age = ({ modified }: Listed): number => now - modified.getTime();
  const record = objects.find(({ key }) => key === `${prefix}${fileNames.record}`);
  if (!record) {
    if (objects.some((object) => age(object) < longestRequest)) return false;
    await files.removeAll();
    return true;
  }
  if (age(record) >= lifetimes.people) {
    const { tenant } = (await files.record()) ?? { tenant: '' };
    await erase(queue, files.store, { person: files.person, tenant }, 0);
    return true;
  }
  const names = objects.filter((object) => age(object) >= lifetimes.photos).map(({ key }) => key.slice(prefix.length));
  const old = names.filter(passing);
  await files.remove(old);
  return old.length > 0;
}
