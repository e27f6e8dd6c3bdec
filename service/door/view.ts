import type { PreparationReport } from 'babylon-personalized-head/personalize';
import { fileNames, type PersonFiles } from '../people/personFiles.js';
import type { PersonRecord } from '../people/record.js';
import type { JobProgress, StepName } from '../queue/jobs.js';
import type { PeopleQueue } from '../queue/peopleQueue.js';

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A person whose request was taken in. */
export interface Person {
  readonly files: PersonFiles;
  readonly record: PersonRecord;
}

/** Where a person stands. */
export interface Standing {
  readonly state: 'waiting' | 'working' | 'done' | 'set-aside' | 'lost';
  /** What waits, is worked on or was set aside. */
  readonly step: StepName | null;
  readonly progress: JobProgress | null;
  /** Why it was set aside. */
  readonly failure: Failure | null;
}

/** One photo of the request, and whether it is learned from. */
interface PhotoView {
  readonly kept: boolean | null;
  readonly reasons: readonly { readonly code: string; readonly message: string; readonly severity: string }[];
}

/** What `GET /people/:id` answers. */
export interface PersonView extends Standing {
  readonly id: string;
  readonly created: string;
  /** In the order of the request; `kept` is null until they were looked at. */
  readonly photos: readonly PhotoView[];
  readonly warnings: readonly string[];
  readonly preview: boolean;
  readonly head: boolean;
  readonly mesh: boolean;
}

/** Programs and people get our own errors as they are; of others only the operator learns more. */
function failureOf(reason: string | undefined): Failure {
  const [, code, message] = /^([a-z]+\/[a-z-]+): (.+)$/s.exec(reason ?? '') ?? [];
  if (code !== undefined && message !== undefined) return { code, message };
  return { code: 'service/failed', message: 'The service failed at this person. Try again, or tell its operator.' };
}

const none = { step: null, progress: null, failure: null };

/** By the queue; null where it has no job of this person. */
async function standingInQueue(queue: PeopleQueue, person: string): Promise<Standing | null> {
  const jobs = await queue.jobsOf(person);
  const states = await Promise.all(jobs.map((job) => job.getState()));
  const under = (wanted: (state: string) => boolean) => jobs.find((_, i) => wanted(states[i]!));
  const active = under((state) => state === 'active');
  const waiting = under((state) => ['waiting', 'prioritized', 'delayed'].includes(state));
  const failed = under((state) => state === 'failed');
  const progressOf = (job: NonNullable<typeof active>): JobProgress | null =>
    typeof job.progress === 'object' ? (job.progress as JobProgress) : null;
  if (active) return { ...none, state: 'working', step: active.name, progress: progressOf(active) };
  if (waiting) return { ...none, state: 'waiting', step: waiting.name, progress: progressOf(waiting) };
  if (failed) return { ...none, state: 'set-aside', step: failed.name, failure: failureOf(failed.failedReason) };
  return null;
}

/** By the store, of whom the queue has no job. @param names of the person's objects, listed after the queue was asked */
function standingInStore(names: readonly string[]): Standing {
  if (names.includes(fileNames.head)) return { ...none, state: 'done' };
  // The next step is added before a job ends, so this is a queue that lost what it had.
  const failure = { code: 'service/lost', message: 'The queue knows nothing of this person any more. POST …/retry.' };
  return { ...none, state: 'lost', failure };
}

export async function standingOf(queue: PeopleQueue, files: PersonFiles): Promise<Standing> {
  return (await standingInQueue(queue, files.person)) ?? standingInStore(await files.names());
}

export async function personView(queue: PeopleQueue, { files, record }: Person): Promise<PersonView> {
  const inQueue = await standingInQueue(queue, files.person);
  const names = await files.names();
  const report = await files.readJson<PreparationReport>(fileNames.report);
  const byFile = new Map(report?.photos.map((photo) => [photo.file, photo]));
  return {
    id: files.person,
    created: record.created,
    ...(inQueue ?? standingInStore(names)),
    photos: record.photos.map((name) => {
      const photo = byFile.get(name);
      return { kept: photo?.kept ?? null, reasons: photo?.reasons ?? [] };
    }),
    warnings: report?.warnings ?? [],
    preview: names.includes(fileNames.preview),
    head: names.includes(fileNames.head),
    mesh: names.includes(fileNames.mesh),
  };
}
