import { queuePrefix, type PeopleQueue } from '../queue/peopleQueue.js';
import type { Store } from '../store/store.js';
import { sweep, type Lifetimes } from './sweep.js';

const hour = 3_600_000;

/** Sweeps now and then every hour, of all doors together one. @returns ends it */
export function sweepHourly(queue: PeopleQueue, store: Store, lifetimes: Lifetimes): () => void {
  const once = async (): Promise<void> => {
    const key = `${queuePrefix}:sweeping`;
    if ((await queue.redis.set(key, 1, 'PX', hour - 60_000, 'NX')) !== 'OK') return;
    await sweep(queue, store, lifetimes);
  };
  // What could not be removed now is found again in an hour.
  const attempt = (): void => void once().catch(() => undefined);
  attempt();
  const timer = setInterval(attempt, hour);
  return () => clearInterval(timer);
}
