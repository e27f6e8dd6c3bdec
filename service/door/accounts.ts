import { createHash, randomBytes } from 'node:crypto';
import { AssetError } from 'babylon-personalized-head/runtime';
import { urgencies } from '../queue/priority.js';
import { defaultQuota, type Quota } from '../queue/tenants.js';

/** Whose token it is. */
export interface Account {
  readonly tenant: string;
  readonly quota: Quota;
  /** Of this tenant's people unless a request says that they may wait; 0: first. */
  readonly urgency: number;
  /** May read metrics and what was set aside. */
  readonly isOperator: boolean;
}

const defaultUrgency = 5;
const tenantPattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const hashPattern = /^[0-9a-f]{64}$/;

/** 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Accounts by the hashes of their tokens: tokens themselves are kept nowhere. */
export class Accounts {
  private constructor(private readonly _byHash: ReadonlyMap<string, Account>) {}

  /** Of one token that may do everything. */
  static single(token: string): Accounts {
    const account = { tenant: 'local', quota: defaultQuota, urgency: defaultUrgency, isOperator: true };
    return new Accounts(new Map([[hashOfToken(token), account]]));
  }

  /**
   * Reads `[{"tenant": "studio", "sha256": "...", "people": 1000, "daily": 1000, "concurrency": 4, "urgency": 5, "operator": false}]`;
   * all but the first two may be left out.
   * @throws AssetError `service/tokens`
   */
  static parse(text: string, file: string): Accounts {
    let entries: unknown;
    try {
      entries = JSON.parse(text);
    } catch {
      throw new AssetError('service/tokens', `${file}: expected JSON, got something else. See docs/service.md.`);
    }
    if (!Array.isArray(entries)) {
      throw new AssetError('service/tokens', `${file}: expected a list of accounts. See docs/service.md.`);
    }
    return new Accounts(new Map(entries.map((entry, i) => accountOf(entry, `${file}: account ${i + 1}`))));
  }

  /** @param header `Authorization` of a request */
  find(header: string | undefined): Account | null {
    const token = /^Bearer ([\w-]{1,200})$/i.exec(header ?? '')?.[1];
    // A look-up by hash takes as long for a nearly right token as for any other.
    return token === undefined ? null : (this._byHash.get(hashOfToken(token)) ?? null);
  }
}

function accountOf(entry: unknown, where: string): [hash: string, account: Account] {
  const given = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string, pattern: RegExp, expected: string): string => {
    const value = given[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new AssetError('service/tokens', `${where}: expected ${name} ${expected}. See docs/service.md.`);
  };
  const whole = (name: string, least: number, most: number, otherwise: number): number => {
    const value = given[name] ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new AssetError('service/tokens', `${where}: expected ${name} from ${least} to ${most}. See docs/service.md.`);
  };
  return [
    text('sha256', hashPattern, 'of 64 hexadecimal digits, as `personalized-head serve --new-token` prints it'),
    {
      tenant: text('tenant', tenantPattern, 'of small letters, digits and hyphens, 40 at most'),
      quota: {
        people: whole('people', 1, 1e6, defaultQuota.people),
        daily: whole('daily', 1, 1e7, defaultQuota.daily),
        concurrency: whole('concurrency', 1, 1e5, defaultQuota.concurrency),
      },
      urgency: whole('urgency', 0, urgencies - 1, defaultUrgency),
      isOperator: given.operator === true,
    },
  ];
}
