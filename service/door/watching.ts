import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { EventEmitter } from 'node:events';
import { partsOfJobId } from '../queue/jobs.js';
import { connectRedis, queueName, queuePrefix } from '../queue/peopleQueue.js';

/** Tells whoever watches a person that something became of a job of theirs: one connection for all watchers of a door. */
export class Watching {
  private readonly _redis: Redis;
  private readonly _events: QueueEvents;
  private readonly _people = new EventEmitter();

  constructor(url: string) {
    this._people.setMaxListeners(0);
    this._redis = connectRedis(url);
    this._events = new QueueEvents(queueName, { connection: this._redis, prefix: queuePrefix });
    this._events.on('error', () => undefined);
    const tell = ({ jobId }: { jobId: string }): void => {
      const person = partsOfJobId(jobId)?.person;
      if (person !== undefined) this._people.emit(person);
    };
    for (const name of ['active', 'waiting', 'delayed', 'progress', 'completed', 'failed', 'removed'] as const) {
      this._events.on(name, tell);
    }
  }

  /** @returns ends the watching */
  watch(person: string, changed: () => void): () => void {
    this._people.on(person, changed);
    return () => void this._people.off(person, changed);
  }

  async close(): Promise<void> {
    await this._events.close();
    this._redis.disconnect();
  }
}
