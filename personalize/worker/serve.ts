import { HeadError } from '../../runtime/core/errors.js';
import type { Photo } from '../photos/photo.js';
import { sendError } from '../../runtime/core/sentError.js';
import { readJob, runJob, type Job } from './jobs.js';
import type { Ending, Event, Reply, Request } from './protocol.js';
import { RawPhotoDesk } from './rawPhotoDesk.js';

/** The worker's side of its channel; also a MessagePort. */
export interface WorkerPort {
  postMessage(message: Reply, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Request>) => void) | null;
}

/**
 * What of a message can go without being copied: nobody here needs it afterwards. A card's thumbnail is needed: it is the
 * face that stands for a person where the page must ask who is meant.
 */
function transferable(message: Event | Ending): Transferable[] {
  switch (message.kind) {
    case 'photo':
      return [message.photo.picture.data.buffer as ArrayBuffer];
    case 'preview':
      return [message.preview.neutral, message.preview.anchor].map(({ data }) => data.buffer as ArrayBuffer);
    case 'state':
      return [message.state.buffer as ArrayBuffer];
    case 'learned':
      return [message.result.head.buffer];
    case 'read':
      return photoBuffers(message.photos);
    case 'prepared':
      return photoBuffers(message.prepared.photos);
    default:
      return [];
  }
}

function photoBuffers(photos: readonly Photo[]): Transferable[] {
  const tensors = photos.flatMap(({ image, mask }) => (mask ? [image, mask] : [image]));
  return [...new Set(tensors.map(({ data }) => data.buffer as ArrayBuffer))];
}

type Asked = Exclude<Request, { kind: 'cancel' }>;

/** Reads photos and learns people for whoever is at the other end of `port`, one job at a time. */
export function servePersonalize(port: WorkerPort): void {
  const desk = new RawPhotoDesk();
  let current: { readonly id: number; readonly abort: AbortController } | null = null;

  async function answer(message: Asked): Promise<void> {
    const { id } = message;
    const reply = (what: Event | Ending): void => port.postMessage({ id, ...what }, transferable(what));
    if (current) {
      const text = 'personalize: the worker is at another job. Wait for its end, cancel it, or start another worker.';
      reply({ kind: 'failed', error: sendError(new HeadError('worker/busy', text)) });
      return;
    }
    const abort = new AbortController();
    current = { id, abort };
    const job: Job = { signal: abort.signal, tell: reply };
    let ending: Ending;
    try {
      ending = await act(message, job);
    } catch (error) {
      ending = { kind: 'failed', error: sendError(error) };
    }
    // Before the answer, so that the next job may come on its heels.
    current = null;
    try {
      reply(ending);
    } catch (error) {
      // What cannot be sent must not leave the page waiting.
      reply({ kind: 'failed', error: sendError(error) });
    }
  }

  function act(message: Asked, job: Job): Promise<Ending> {
    switch (message.kind) {
      case 'read':
        return readJob(message.request, job);
      case 'prepare':
        return desk.prepare(message.request, job);
      case 'choose':
        return desk.choose(message.request, job);
      case 'look':
        return desk.look(message.request, job);
      case 'run':
        return desk.rest().then(() => runJob(message.request, job));
    }
  }

  port.onmessage = ({ data }) => {
    if (data.kind !== 'cancel') void answer(data);
    else if (current?.id === data.id) current.abort.abort();
  };
}
