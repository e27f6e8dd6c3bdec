import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { openSafetensors } from '../../runtime/checkpoint/safetensors/safetensors.js';
import { expectGiven } from '../../runtime/core/given.js';

/** A head that can be put into a scene: a person's, or a face of a base. */
export interface HeadItem {
  /** What is shown, and what the head is called. */
  readonly name: string;
  /** Of a `.head` file or of a base (`.safetensors`), as the scene saves it. */
  readonly url: string;
  /** Which face of a base. */
  readonly seed?: number;
  /** A picture's address; absent: initials are shown. */
  readonly thumbnail?: string | undefined;
}

/** What a drag carries: a `HeadItem` as JSON. */
export const headItemType = 'application/x-personalized-head';

/** `heads/alice.head?v=2` is `alice`. */
export const nameOfFile = (path: string): string =>
  path
    .replace(/[?#].*$/, '')
    .replace(/^.*[/\\]/, '')
    .replace(/\.[^.]*$/, '') || 'head';

/** Is it the name of a person's file? */
export const isHeadFile = (name: string): boolean => /\.head$/i.test(name);

/** @returns what a drag carries; null where it is none */
export function parseItem(json: string): HeadItem | null {
  let item: unknown;
  try {
    item = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof item !== 'object' || item === null) return null;
  const { name, url, seed, thumbnail } = item as Partial<Record<keyof HeadItem, unknown>>;
  if (typeof name !== 'string' || typeof url !== 'string') return null;
  return {
    name,
    url,
    ...(typeof seed === 'number' && Number.isFinite(seed) ? { seed } : {}),
    ...(typeof thumbnail === 'string' ? { thumbnail } : {}),
  };
}

/** Faces of a base, which has one for every number. */
export const seedItems = (baseUrl: string, seeds: readonly number[]): HeadItem[] => {
  expectGiven('seedItems: baseUrl', 'path', baseUrl);
  expectGiven('seedItems: seeds', 'numbers', seeds);
  return Array.from(seeds, (seed) => ({ name: `seed ${seed}`, url: baseUrl, seed }));
};

/**
 * The picture that a `.head` carries of its person.
 * @param bytes the file
 * @returns a data URL; undefined where there is none, or the file is no person's
 */
export async function thumbnailOfAsync(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  try {
    const { metadata } = await openSafetensors(bytesSource(bytes));
    const picture = metadata.get('thumbnail');
    return picture !== undefined && /^data:image\/(png|jpeg|webp);base64,[\w+/=]+$/.test(picture) ? picture : undefined;
  } catch {
    // Loading the head says what is wrong with it.
    return undefined;
  }
}
