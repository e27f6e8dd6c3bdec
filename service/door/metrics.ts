import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { PeopleQueue } from '../queue/peopleQueue.js';

/** What Prometheus reads of a door; nothing in it tells one person from another. */
export class Metrics {
  readonly registry = new Registry();
  private readonly _requests: Histogram<'method' | 'route' | 'status'>;
  private readonly _photos: Counter;
  private readonly _bytes: Counter;
  private readonly _people: Counter<'tenant'>;
  readonly uploads: Gauge;

  constructor(queue: PeopleQueue) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this._requests = new Histogram({
      name: 'personalized_head_request_seconds',
      help: 'Time of requests.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.01, 0.05, 0.2, 1, 5, 30, 120],
      registers,
    });
    this._photos = new Counter({ name: 'personalized_head_photos_total', help: 'Photos taken in.', registers });
    this._bytes = new Counter({ name: 'personalized_head_photo_bytes_total', help: 'Their bytes.', registers });
    this._people = new Counter({
      name: 'personalized_head_people_total',
      help: 'People taken in.',
      labelNames: ['tenant'],
      registers,
    });
    this.uploads = new Gauge({ name: 'personalized_head_uploads', help: 'Uploads under way.', registers });
    new Gauge({
      name: 'personalized_head_jobs',
      help: 'Jobs in the queue by state; failed ones are set aside.',
      labelNames: ['state'],
      registers,
      async collect() {
        const counts = await queue.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed');
        for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
      },
    });
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this._requests.observe({ method, route, status: String(status) }, seconds);
  }

  person(tenant: string, sizes: readonly number[]): void {
    this._people.inc({ tenant });
    this._photos.inc(sizes.length);
    this._bytes.inc(sizes.reduce((sum, size) => sum + size, 0));
  }
}
