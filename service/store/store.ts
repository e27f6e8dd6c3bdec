import type { Readable } from 'node:stream';
import type { ContentType } from './keys.js';

/** Bytes in memory, or a file of this machine that is read as it is sent. */
export type Content = Uint8Array | { readonly file: string; readonly size: number };

/** An object on its way out. */
export interface Opened {
  readonly type: ContentType;
  /** Bytes. */
  readonly size: number;
  readonly body: Readable;
}

/** What a listing tells of an object. */
export interface Listed {
  readonly key: string;
  readonly modified: Date;
}

/** Where photos, states and heads lie. Keys are `people/<id>/<name>`, see `contentTypeOf`; any other is refused. */
export interface Store {
  /** The object is there whole, or as it was before. */
  put(key: string, content: Content): Promise<void>;
  /** @returns null where there is none. @throws HeadError `service/content-type` where another kind of thing lies there */
  open(key: string): Promise<Opened | null>;
  /** Objects whose keys begin so, in no order. @param prefix `people/` or a person's, see `personPrefix` */
  list(prefix: string): AsyncIterable<Listed>;
  /** Objects that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** @throws where the store cannot be reached */
  check(): Promise<void>;
  close(): void;
}

/** An object as a whole; null where there is none. */
export async function readWhole(store: Store, key: string): Promise<Uint8Array | null> {
  const opened = await store.open(key);
  if (!opened) return null;
  const parts: Uint8Array[] = [];
  for await (const part of opened.body) parts.push(part as Uint8Array);
  return new Uint8Array(Buffer.concat(parts));
}

/** Removes all objects whose keys begin so. */
export async function removeAll(store: Store, prefix: string): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  await store.remove(keys);
}
