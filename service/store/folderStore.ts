import { randomBytes } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { contentTypeOf, personOfKey } from './keys.js';
import type { Content, Listed, Opened, Store } from './store.js';

/** Begins the names of files that are still being written. */
const unfinished = '.writing-';
/** An older unfinished file is left over from a process that died, milliseconds. */
const abandoned = 3_600_000;

/** A folder of this machine, or of a file system that machines share. */
export class FolderStore implements Store {
  private readonly _root: string;

  constructor(folder: string) {
    this._root = resolve(folder);
  }

  async put(key: string, content: Content): Promise<void> {
    const path = this._path(key);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const beside = join(dirname(path), `${unfinished}${randomBytes(8).toString('hex')}`);
    try {
      if (content instanceof Uint8Array) await writeFile(beside, content, { mode: 0o600 });
      else await copyFile(content.file, beside);
      const file = await open(beside);
      await file.sync().finally(() => file.close());
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }

  async open(key: string): Promise<Opened | null> {
    const path = this._path(key);
    const found = await stat(path).catch(absent);
    return found && { type: contentTypeOf(key), size: found.size, body: createReadStream(path) };
  }

  async *list(prefix: string): AsyncIterable<Listed> {
    yield* this._below(prefix.replace(/\/$/, ''));
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const path = this._path(key);
      await rm(path, { force: true });
      // A person's folders go with their last file.
      for (let folder = dirname(path); dirname(folder) !== this._root; folder = dirname(folder)) {
        if (!(await removedEmpty(folder))) break;
      }
    }
  }

  async check(): Promise<void> {
    await mkdir(this._root, { recursive: true, mode: 0o700 });
    await readdir(this._root);
  }

  close(): void {
    // Nothing is held open.
  }

  private _path(key: string): string {
    contentTypeOf(key);
    return join(this._root, key);
  }

  private async *_below(folder: string): AsyncIterable<Listed> {
    const entries: Dirent[] = (await readdir(join(this._root, folder), { withFileTypes: true }).catch(absent)) ?? [];
    for (const entry of entries) {
      const key = `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this._below(key);
      else if (entry.name.startsWith(unfinished)) await this._removeAbandoned(key);
      else if (personOfKey(key) !== null) {
        const found = await stat(join(this._root, key)).catch(absent);
        if (found) yield { key, modified: found.mtime };
      }
    }
  }

  private async _removeAbandoned(key: string): Promise<void> {
    const path = join(this._root, key);
    const found = await stat(path).catch(absent);
    if (found && Date.now() - found.mtimeMs > abandoned) await rm(path, { force: true });
  }
}

function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}

/** @returns whether there was such a folder, and nothing in it */
const removedEmpty = (folder: string): Promise<boolean> =>
  rmdir(folder).then(
    () => true,
    () => false,
  );
