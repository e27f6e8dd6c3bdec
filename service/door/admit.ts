import type { FastifyRequest } from 'fastify';
import { fileNames, photoName, PersonFiles } from '../people/personFiles.js';
import { jobDataOf, type PersonRecord } from '../people/record.js';
import { urgencies } from '../queue/priority.js';
import { newPersonId } from '../store/keys.js';
import type { Account } from './accounts.js';
import { Refusal } from './answers.js';
import type { DoorParts } from './parts.js';
import { receive, type Received } from './receive.js';
import type { Person } from './view.js';

/** Takes in a person: a place in the tenant's quota, the photos into the store, the first job into the queue; or nothing of it. */
export async function admit(parts: DoorParts, account: Account, request: FastifyRequest): Promise<Person> {
  const { queue, store, spool, limits, metrics } = parts;
  const { tenant, quota } = account;
  const id = newPersonId();
  const place = await queue.tenants.reserve(tenant, id, quota);
  if ('refused' in place) throw overQuota(place.refused, place.retryAfter);
  const files = new PersonFiles(store, id);
  try {
    const { record, sizes } = await receive(request, spool, limits, async (received) => {
      const record = recordOf(account, received);
      for (const [i, photo] of received.photos.entries()) await files.put(record.photos[i]!, photo);
      await files.putJson(fileNames.record, record);
      return { record, sizes: received.photos.map(({ size }) => size) };
    });
    await queue.add('prepare', jobDataOf(id, record), place.rank);
    metrics.person(tenant, sizes);
    return { files, record };
  } catch (error) {
    await files.removeAll().catch(() => undefined);
    await queue.tenants.giveBack(tenant, id).catch(() => undefined);
    throw error;
  }
}

function recordOf({ tenant, quota, urgency }: Account, { photos, options, isPatient }: Received): PersonRecord {
  return {
    tenant,
    created: new Date().toISOString(),
    photos: photos.map(({ ending }, i) => photoName(i, ending)),
    options,
    urgency: isPatient ? urgencies - 1 : urgency,
    concurrency: quota.concurrency,
  };
}

const overQuota = (what: 'people' | 'daily', retryAfter: number): Refusal =>
  what === 'people'
    ? new Refusal(
        429,
        'service/people',
        'So many people of yours are under way as your quota allows. Wait.',
        retryAfter,
      )
    : new Refusal(429, 'service/daily', 'Your quota of today is used up. It is new at midnight UTC.', retryAfter);
