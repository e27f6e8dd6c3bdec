import { AssetError, HeadError } from '../../runtime/core/errors.js';
import { expectGiven } from '../../runtime/core/given.js';
import { imageKind } from '../photos/decode/imageKind.js';
import { readEvents } from './readEvents.js';

/** Where a person stands at a service, as its `GET /people/:id` answers. */
export interface ServiceStanding {
  readonly state: 'waiting' | 'working' | 'done' | 'set-aside' | 'lost';
  readonly step: 'prepare' | 'learn' | 'preview' | 'mesh' | null;
  /** Of the step: 0..1, a line of text, and the seconds left where something tells. */
  readonly progress: { readonly fraction: number; readonly text: string; readonly eta: number | null } | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

/** What became of one photo, in the order in which they were sent. */
export interface ServicePhoto {
  readonly kept: boolean | null;
  readonly reasons: readonly { readonly code: string; readonly message: string; readonly severity: string }[];
}

export interface PersonalizeByServiceOptions {
  /** Address of the service, `https://heads.example`. */
  readonly service: string;
  readonly token: string;
  /** JPEG, PNG, WebP, AVIF or HEIC, of one person. Their names are not sent. */
  readonly photos: readonly Blob[];
  readonly effort: 'draft' | 'good';
  readonly seed?: string;
  /** Ends the waiting, and removes the person from the service. */
  readonly signal?: AbortSignal;
  readonly onStanding?: (standing: ServiceStanding) => void;
  /** A picture of the head so far, PNG. */
  readonly onPreview?: (picture: Blob) => void;
}

export interface PersonalizedByService {
  /** Bytes of a .head file. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly photos: readonly ServicePhoto[];
  readonly warnings: readonly string[];
  /** Whether the service has removed the person; where it could not be asked it does so after its own time. */
  readonly isRemoved: boolean;
}

interface PersonAnswer extends ServiceStanding {
  readonly id: string;
  readonly photos: readonly ServicePhoto[];
  readonly warnings: readonly string[];
}

const types = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', avif: 'image/avif', heic: 'image/heic' };

/** Between two attempts to hear from a service, milliseconds. */
const pause = 3000;
/** Between two pictures, milliseconds. */
const pictureEvery = 20_000;

/**
 * Photos become a head on other machines: those of `babylon-personalized-head-service`, see docs/service.md. The person is removed
 * from the service as soon as the head is here, or when anything goes wrong.
 * @throws AssetError `photos/kind` for a file of another kind; HeadError with the service's own code and reason where it refuses the
 * photos or sets the person aside, `service/unreachable` where it does not answer; what the signal was aborted with
 */
export async function personalizeByService(options: PersonalizeByServiceOptions): Promise<PersonalizedByService> {
  expectGiven('personalizeByService', 'options', options);
  expectGiven('personalizeByService: service', 'path', options.service);
  expectGiven('personalizeByService: token', 'text', options.token);
  expectGiven('personalizeByService: photos', 'blobList', options.photos);
  const { signal } = options;
  const ask = asking(options);
  const form = await formOf(options);
  signal?.throwIfAborted();
  const { id } = (await (
    await ask('/people', { method: 'POST', body: form, signal: signal ?? null })
  ).json()) as PersonAnswer;
  const path = `/people/${id}`;
  const remove = (): Promise<boolean> =>
    ask(path, { method: 'DELETE' }).then(
      () => true,
      () => false,
    );
  try {
    await untilDone(ask, path, options);
    const { photos, warnings } = (await (await ask(path, { signal: signal ?? null })).json()) as PersonAnswer;
    const head = new Uint8Array(await (await ask(`${path}/head`, { signal: signal ?? null })).arrayBuffer());
    return { head, photos, warnings, isRemoved: await remove() };
  } catch (error) {
    await remove();
    throw error;
  }
}

type Ask = (path: string, init: RequestInit) => Promise<Response>;

/** Requests with the token; refusals become errors. */
function asking({ service, token }: PersonalizeByServiceOptions): Ask {
  const root = service.replace(/\/+$/, '');
  return async (path, init) => {
    let answer: Response;
    try {
      answer = await fetch(`${root}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw new HeadError(
        'service/unreachable',
        `${root}: expected an answer of a service of heads, got none. Look whether it runs, and lets this page ask (--origin).`,
        { cause },
      );
    }
    if (answer.ok) return answer;
    const refusal = (await answer.json().catch(() => ({}))) as { code?: string; message?: string };
    throw new HeadError(refusal.code ?? 'service/failed', refusal.message ?? `${root} answered ${answer.status}.`);
  };
}

async function formOf({ photos, effort, seed }: PersonalizeByServiceOptions): Promise<FormData> {
  const form = new FormData();
  form.append('effort', effort);
  if (seed !== undefined) form.append('seed', seed);
  for (const [i, photo] of photos.entries()) {
    const kind = imageKind(new Uint8Array(await photo.slice(0, 64).arrayBuffer()));
    if (kind === null || !Object.hasOwn(types, kind)) {
      throw new AssetError(
        'photos/kind',
        `photo ${i + 1}: expected JPEG, PNG, WebP, AVIF or HEIC, got something else. Leave it out.`,
      );
    }
    const type = types[kind as keyof typeof types];
    form.append('photos', new Blob([photo], { type }), String(i));
  }
  return form;
}

/** Follows a person until the head is there; a connection that breaks is opened again. */
async function untilDone(
  ask: Ask,
  path: string,
  { signal, onStanding, onPreview }: PersonalizeByServiceOptions,
): Promise<void> {
  let shown = performance.now();
  const show = async (): Promise<void> => {
    if (!onPreview || performance.now() - shown < pictureEvery) return;
    shown = performance.now();
    const picture = await ask(`${path}/preview`, { signal: signal ?? null }).catch(() => null);
    if (picture) onPreview(await picture.blob());
  };
  for (;;) {
    try {
      const { body } = await ask(`${path}/events`, { signal: signal ?? null });
      for await (const { event, data } of readEvents(body!)) {
        if (event === 'deleted') throw new HeadError('service/deleted', 'The service has removed this person.');
        const standing = JSON.parse(data) as ServiceStanding;
        onStanding?.(standing);
        if (standing.state === 'done') return;
        if (standing.failure) throw new HeadError(standing.failure.code, standing.failure.message);
        await show();
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HeadError && error.code !== 'service/unreachable') throw error;
    }
    await new Promise((done) => setTimeout(done, pause));
    signal?.throwIfAborted();
  }
}
