import type { FastifyReply } from 'fastify';
import type { Standing } from './view.js';
import type { Watching } from './watching.js';

/** Between two looks at a person whose jobs tell much, milliseconds. */
const leastPause = 1000;
/** Proxies end connections over which nothing comes, milliseconds. */
const longestSilence = 15_000;

const isOver = ({ state }: Standing): boolean => state === 'done' || state === 'set-aside' || state === 'lost';

/**
 * Answers with server-sent events: a person's standing at once and after every change, until they are done, set aside or
 * deleted.
 * @param look null where there is no such person any more
 */
export function sendEvents(
  reply: FastifyReply,
  watching: Watching,
  person: string,
  look: () => Promise<Standing | null>,
): Promise<void> {
  const { raw } = reply;
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  return new Promise((done) => {
    let last = '';
    let isLooking = false;
    let isStale = false;
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      leave();
      raw.end();
      done();
    };
    const lookNow = async (): Promise<Standing | null> => {
      clearTimeout(timer);
      isLooking = true;
      isStale = false;
      const standing = await look();
      isLooking = false;
      return standing;
    };
    const tell = async (): Promise<void> => {
      const standing = await lookNow();
      const text = standing ? JSON.stringify(standing) : '';
      if (!raw.writable) return;
      if (!standing) raw.write('event: deleted\ndata: {}\n\n');
      else raw.write(text === last ? ':\n\n' : `event: standing\ndata: ${text}\n\n`);
      last = text;
      if (!standing || isOver(standing)) end();
      // It may have changed again while it was looked at.
      else timer = setTimeout(show, isStale ? leastPause : longestSilence);
    };
    // Where that fails the watcher connects again, and hears then what is wrong.
    const show = (): void => void tell().catch(end);
    const changed = (): void => {
      if (isStale) return;
      isStale = true;
      if (isLooking) return;
      clearTimeout(timer);
      timer = setTimeout(show, leastPause);
    };
    const leave = watching.watch(person, changed);
    raw.on('close', end);
    show();
  });
}
