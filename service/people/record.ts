import type { JobData, PersonOptions } from '../queue/jobs.js';

/** record.json: whose person this is and what was asked for. Written last of a request, so that whoever has one is whole. */
export interface PersonRecord {
  readonly tenant: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** In the order of the request. */
  readonly photos: readonly string[];
  readonly options: PersonOptions;
  readonly urgency: number;
  /** Of the tenant when the person came: jobs at once. */
  readonly concurrency: number;
}

/** What a job of a person begins with. */
export function jobDataOf(person: string, { tenant, options, urgency, concurrency }: PersonRecord): JobData {
  return { person, tenant, options, urgency, concurrency };
}
