import { DeviceError } from '../../runtime/core/errors.js';
import type { PersonalizeProgress } from '../personalize.js';
import type { PhotoSet } from '../photos/photoSet.js';
import { receiveError } from '../../runtime/core/sentError.js';
import type { FrameView } from '../photos/capture/frameView.js';
import type { PhotoCard, PreparationProgress } from '../photos/prepare/preparedPhotos.js';
import type { ChooseRequest, LookRequest, Prepared, PrepareRequest } from './protocol.js';
import type { Ending, Event, Opened, Preview, ReadPhoto, ReadRequest, Reply, Request } from './protocol.js';
import type { RunRequest, RunResult } from './protocol.js';
import { expectGiven } from '../../runtime/core/given.js';

/** What a page talks to: a Worker that runs worker.ts, or a MessagePort. */
export type PersonalizeWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener'>;

export interface ReadInWorkerOptions extends ReadRequest {
  readonly signal?: AbortSignal;
  readonly onPhoto?: (photo: ReadPhoto) => void;
  /** @param fraction 0..1 of the photos read */
  readonly onProgress?: (fraction: number) => void;
}

export interface PrepareInWorkerOptions extends PrepareRequest {
  readonly signal?: AbortSignal;
  /** Gets each photo as soon as its faces are read. */
  readonly onCard?: (card: PhotoCard) => void;
  readonly onProgress?: (progress: PreparationProgress) => void;
}

export interface ChooseInWorkerOptions extends ChooseRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PreparationProgress) => void;
}

export interface PersonalizeInWorkerOptions extends RunRequest {
  /** While training: ends the run early with what was learned. Before: rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly onOpened?: (opened: Opened) => void;
  readonly onProgress?: (progress: PersonalizeProgress) => void;
  readonly onPreview?: (preview: Preview) => void;
  /** Gets bytes that `resume` takes. */
  readonly onState?: (state: Uint8Array) => void;
}

/**
 * Starts the worker; the bundler (webpack, Vite) finds its script here.
 * @throws DeviceError `worker/none` where there are none, as in Node
 */
export function createPersonalizeWorker(): Worker {
  if (typeof Worker === 'undefined') {
    throw new DeviceError(
      'worker/none',
      'worker: there are none here. Call personalize itself, as programs in Node do.',
    );
  }
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}

/**
 * Reads photos in a worker, off the page's thread: decoding 50 photos takes seconds.
 * @throws what `readPhotoSet` throws, with class, code and message; the signal's reason when it aborts; DeviceError where
 *   the worker cannot be started
 */
export async function readPhotosInWorker(worker: PersonalizeWorker, options: ReadInWorkerOptions): Promise<PhotoSet> {
  expectGiven('readPhotosInWorker', 'options', options);
  const { signal, onPhoto, onProgress, ...request } = options;
  const ending = await runJob(worker, { kind: 'read', request }, signal, (event) => {
    if (event.kind === 'photo') onPhoto?.(event.photo);
    else if (event.kind === 'reading') onProgress?.(event.fraction);
  });
  return expectKind(ending, 'read');
}

/**
 * Finds the person in raw photos, their cameras and mattes, in a worker, which keeps what it read for `choosePhotosInWorker`.
 * @throws as `readPhotosInWorker`
 */
export async function preparePhotosInWorker(
  worker: PersonalizeWorker,
  options: PrepareInWorkerOptions,
): Promise<Prepared> {
  expectGiven('preparePhotosInWorker', 'options', options);
  const { signal, onCard, onProgress, ...request } = options;
  const ending = await runJob(worker, { kind: 'prepare', request }, signal, (event) => {
    if (event.kind === 'card') onCard?.(event.card);
    else if (event.kind === 'preparing') onProgress?.(event.progress);
  });
  return expectKind(ending, 'prepared').prepared;
}

/**
 * Prepares the photos of the last `preparePhotosInWorker` again as the user chose, without reading them again.
 * @throws AssetError `worker/no-photos` where none were prepared; as `readPhotosInWorker`
 */
export async function choosePhotosInWorker(
  worker: PersonalizeWorker,
  options: ChooseInWorkerOptions,
): Promise<Prepared> {
  expectGiven('choosePhotosInWorker', 'options', options);
  const { signal, onProgress, ...request } = options;
  const ending = await runJob(worker, { kind: 'choose', request }, signal, (event) => {
    if (event.kind === 'preparing') onProgress?.(event.progress);
  });
  return expectKind(ending, 'prepared').prepared;
}

/**
 * Looks at one frame of a film or camera: where the largest face looks and how sharp it is; null without a face.
 * @throws as `readPhotosInWorker`
 */
export async function lookInWorker(worker: PersonalizeWorker, request: LookRequest): Promise<FrameView | null> {
  expectGiven('lookInWorker', 'options', request);
  return expectKind(
    await runJob(worker, { kind: 'look', request }, undefined, () => undefined, [request.frame]),
    'looked',
  ).view;
}

/**
 * Runs `personalize` in a worker. The worker does one job at a time; photos are copied to it, so they can be used again.
 * @throws what `personalize` throws, with class, code and message; the signal's reason when it aborts before the training;
 *   DeviceError where the worker cannot be started
 */
export async function personalizeInWorker(
  worker: PersonalizeWorker,
  options: PersonalizeInWorkerOptions,
): Promise<RunResult> {
  expectGiven('personalizeInWorker', 'options', options);
  const { signal, onOpened, onProgress, onPreview, onState, ...request } = options;
  const ending = await runJob(worker, { kind: 'run', request }, signal, (event) => {
    if (event.kind === 'opened') onOpened?.(event.opened);
    else if (event.kind === 'progress') onProgress?.(event.progress);
    else if (event.kind === 'preview') onPreview?.(event.preview);
    else if (event.kind === 'state') onState?.(event.state);
  });
  return expectKind(ending, 'learned').result;
}

let jobs = 0;

type Asked = Request extends infer R
  ? R extends { kind: 'cancel' }
    ? never
    : R extends { kind: string }
      ? Omit<R, 'id'>
      : never
  : never;

const endings: readonly (Event | Ending)['kind'][] = ['read', 'prepared', 'looked', 'learned', 'failed'];

const isEnding = (reply: Event | Ending): reply is Ending => endings.includes(reply.kind);

function expectKind<K extends Ending['kind']>(ending: Ending, kind: K): Extract<Ending, { kind: K }> {
  if (ending.kind !== kind) throw new DeviceError('worker/reply', `worker: expected ${kind}, got ${ending.kind}.`);
  return ending as Extract<Ending, { kind: K }>;
}

/** Sends a job and waits for its end. */
function runJob(
  worker: PersonalizeWorker,
  asked: Asked,
  signal: AbortSignal | undefined,
  onEvent: (event: Event) => void,
  transfer: Transferable[] = [],
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    expectGiven('worker', 'worker', worker);
    if (signal?.aborted === true) throw signal.reason;
    const id = ++jobs;
    const stop = (settle: () => void): void => {
      worker.removeEventListener('message', hear as EventListener);
      worker.removeEventListener('error', fail as EventListener);
      signal?.removeEventListener('abort', cancel);
      settle();
    };
    const cancel = (): void => worker.postMessage({ id, kind: 'cancel' } satisfies Request);
    const hear = ({ data }: MessageEvent<Reply>): void => {
      if (data.id !== id) return;
      if (!isEnding(data)) onEvent(data);
      else if (data.kind !== 'failed') stop(() => resolve(data));
      else if (signal?.aborted === true && data.error.name === 'AbortError') stop(() => reject(signal.reason as Error));
      else stop(() => reject(receiveError(data.error)));
    };
    const fail = (event: ErrorEvent): void => {
      const reason = event.message || 'its script cannot be loaded';
      const text = `worker: it stopped: ${reason}. Check that the page serves the worker’s script, and reload the page.`;
      stop(() => reject(new DeviceError('worker/stopped', text)));
    };
    worker.addEventListener('message', hear as EventListener);
    worker.addEventListener('error', fail as EventListener);
    signal?.addEventListener('abort', cancel);
    worker.postMessage({ id, ...asked }, transfer);
  });
}
