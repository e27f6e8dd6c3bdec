import type { Redis } from 'ioredis';

/** How much of the service one tenant may have. */
export interface Quota {
  /** People who wait or are worked on. */
  readonly people: number;
  /** People a day (UTC). */
  readonly daily: number;
  /** Jobs at once. */
  readonly concurrency: number;
}

export const defaultQuota: Quota = { people: 1000, daily: 1000, concurrency: 4 };

export type Reservation =
  { readonly rank: number } | { readonly refused: 'people' | 'daily'; readonly retryAfter: number };

/** Someone who is under way for longer was lost with a queue that kept nothing, milliseconds. */
const longest = 7 * 86_400_000;

// Each is one script, so that two doors or two workers never both take the last place.
const reserve = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[5])
local rank = redis.call('ZCARD', KEYS[1])
if rank >= tonumber(ARGV[3]) then return -1 end
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[4]) then return -2 end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 172800)
return rank + 1`;

const giveBack = `
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 and redis.call('EXISTS', KEYS[2]) == 1 then redis.call('DECR', KEYS[2]) end
return 0`;

const enter = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if not redis.call('ZSCORE', KEYS[1], ARGV[3]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1`;

/** Who of each tenant is under way, and how many of their jobs run: kept in Redis, for all doors and workers together. */
export class Tenants {
  /** @param prefix of all keys, with the hash tag of a cluster's slot */
  constructor(
    private readonly _redis: Redis,
    private readonly _prefix: string,
  ) {}

  /** Takes a place for a person, before their photos are read. */
  async reserve(tenant: string, person: string, quota: Quota): Promise<Reservation> {
    const now = Date.now();
    const keys = [this._people(tenant), this._day(tenant)];
    const rank = Number(await this._redis.eval(reserve, 2, ...keys, now, person, quota.people, quota.daily, longest));
    if (rank > 0) return { rank };
    const untilMidnight = Math.ceil((86_400_000 - (now % 86_400_000)) / 1000);
    return rank === -1 ? { refused: 'people', retryAfter: 60 } : { refused: 'daily', retryAfter: untilMidnight };
  }

  /** The person's photos were refused: nothing is charged. */
  async giveBack(tenant: string, person: string): Promise<void> {
    await this._redis.eval(giveBack, 2, this._people(tenant), this._day(tenant), person);
  }

  /** The person is done with, for better or worse. */
  async settle(tenant: string, person: string): Promise<void> {
    await this._redis.zrem(this._people(tenant), person);
  }

  /**
   * Takes or renews one of the tenant's places among running jobs; it falls free by itself where nobody renews it.
   * @param lease milliseconds
   * @returns whether there was a place
   */
  async enter(tenant: string, job: string, concurrency: number, lease: number): Promise<boolean> {
    const now = Date.now();
    return (await this._redis.eval(enter, 1, this._running(tenant), now, now + lease, job, concurrency)) === 1;
  }

  async leave(tenant: string, job: string): Promise<void> {
    await this._redis.zrem(this._running(tenant), job);
  }

  private _people(tenant: string): string {
    return `${this._prefix}tenant:${tenant}:people`;
  }

  private _day(tenant: string): string {
    return `${this._prefix}tenant:${tenant}:${new Date().toISOString().slice(0, 10)}`;
  }

  private _running(tenant: string): string {
    return `${this._prefix}tenant:${tenant}:running`;
  }
}
