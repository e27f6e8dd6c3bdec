import { personPrefix } from '../store/keys.js';
import { readWhole, removeAll, type Content, type Opened, type Store } from '../store/store.js';
import type { PersonRecord } from './record.js';

/** A person's objects. */
export const fileNames = {
  record: 'record.json',
  /** Prepared photos as a data set in EG3D's layout. */
  set: 'set.zip',
  /** What became of every photo. */
  report: 'report.json',
  /** What a run that was stopped goes on from. */
  state: 'run.state',
  preview: 'preview.png',
  head: 'person.head',
  mesh: 'mesh.safetensors',
} as const;

/** What is only kept until the head is there. */
export const passing = (name: string): boolean =>
  name.startsWith('photos/') || name === fileNames.set || name === fileNames.state;

/** The nth photo. Its own name is not kept: it may name a person. */
export const photoName = (index: number, ending: string): string =>
  `photos/${String(index).padStart(3, '0')}.${ending}`;

/** One person's objects in the store. */
export class PersonFiles {
  /** @param guard asked before and after each write; throws where nothing may be kept */
  constructor(
    readonly store: Store,
    readonly person: string,
    private readonly _guard: () => Promise<void> = () => Promise.resolve(),
  ) {}

  async put(name: string, content: Content): Promise<void> {
    await this._guard();
    await this.store.put(this._key(name), content);
    // Whoever deletes the person marks that first and removes objects then: one of the two sees this object.
    await this._guard();
  }

  putJson(name: string, value: unknown): Promise<void> {
    return this.put(name, new TextEncoder().encode(JSON.stringify(value)));
  }

  open(name: string): Promise<Opened | null> {
    return this.store.open(this._key(name));
  }

  read(name: string): Promise<Uint8Array | null> {
    return readWhole(this.store, this._key(name));
  }

  async readJson<T>(name: string): Promise<T | null> {
    const bytes = await this.read(name);
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
  }

  record(): Promise<PersonRecord | null> {
    return this.readJson<PersonRecord>(fileNames.record);
  }

  /** Names of the objects there. */
  async names(): Promise<string[]> {
    const found: string[] = [];
    const prefix = personPrefix(this.person);
    for await (const { key } of this.store.list(prefix)) found.push(key.slice(prefix.length));
    return found.sort();
  }

  async remove(names: readonly string[]): Promise<void> {
    await this.store.remove(names.map((name) => this._key(name)));
  }

  removeAll(): Promise<void> {
    return removeAll(this.store, personPrefix(this.person));
  }

  private _key(name: string): string {
    return `${personPrefix(this.person)}${name}`;
  }
}
