import { randomBytes } from 'node:crypto';
import { HeadError } from 'babylon-personalized-head/runtime';

/** What may lie under a person's key, and what it holds. */
export const contentTypes = {
  json: 'application/json',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  zip: 'application/zip',
  head: 'application/octet-stream',
  state: 'application/octet-stream',
  safetensors: 'application/octet-stream',
} as const;

export type ContentType = (typeof contentTypes)[keyof typeof contentTypes];

/** Ids as `newPersonId` makes them. */
export const idPattern = /^[A-Za-z0-9_-]{22}$/;
const namePattern = /^[a-z0-9]+(?:\/[a-z0-9]+)*\.([a-z]+)$/;

/** 128 random bits, 22 letters: nobody guesses another person's key. */
export const newPersonId = (): string => randomBytes(16).toString('base64url');

export const isPersonId = (text: string): boolean => idPattern.test(text);

/** The folder of one person's objects. */
export const personPrefix = (id: string): string => `people/${id}/`;

/** The person that an object belongs to; null for what is none of ours. */
export function personOfKey(key: string): string | null {
  const [root, id] = key.split('/');
  return root === 'people' && id !== undefined && isPersonId(id) ? id : null;
}

/**
 * What lies under a key, by the ending of its name. Every store asks here first, so that no other key reaches a disk or a bucket.
 * @throws HeadError `service/key` for any other key than `people/<id>/<name>.<ending>`
 */
export function contentTypeOf(key: string): ContentType {
  const id = personOfKey(key);
  const ending = id === null ? null : namePattern.exec(key.slice(personPrefix(id).length))?.[1];
  const type = ending && Object.hasOwn(contentTypes, ending) ? contentTypes[ending as keyof typeof contentTypes] : null;
  if (type) return type;
  throw new HeadError(
    'service/key',
    'store: expected a key people/<id>/<name> of a known kind, got another. Name the object in another way.',
  );
}
