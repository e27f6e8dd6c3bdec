/** One use of a shared thing. */
export interface Lease<T> {
  readonly value: Promise<T>;
  /** To be called once; with the last lease the thing goes. */
  release(): void;
}

export type Load<T> = (signal: AbortSignal, onProgress: (loaded: number, total: number) => void) => Promise<T>;

interface Entry<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  readonly listeners: Set<(loaded: number, total: number) => void>;
  resolved: T | undefined;
  users: number;
}

/** Things that are loaded once for all who use them at the same time, and given up when nobody does. */
export class SharedCache<T> {
  private readonly _entries = new Map<string, Entry<T>>();

  /** @param _free what to do with a thing that nobody uses any more */
  constructor(private readonly _free: (value: T) => void = () => undefined) {}

  /** What is there now. */
  *values(): Iterable<readonly [string, T]> {
    for (const [key, { resolved }] of this._entries) if (resolved !== undefined) yield [key, resolved];
  }

  get size(): number {
    return this._entries.size;
  }

  /** A failed load is forgotten, so that the next one tries again. */
  acquire(key: string, load: Load<T>, onProgress?: (loaded: number, total: number) => void): Lease<T> {
    const entry = this._entries.get(key) ?? this._start(key, load);
    entry.users++;
    if (onProgress) entry.listeners.add(onProgress);
    let held = true;
    return {
      value: entry.promise,
      release: () => {
        if (!held) return;
        held = false;
        if (onProgress) entry.listeners.delete(onProgress);
        if (--entry.users === 0) this._drop(key, entry);
      },
    };
  }

  private _start(key: string, load: Load<T>): Entry<T> {
    const abort = new AbortController();
    const listeners = new Set<(loaded: number, total: number) => void>();
    const promise = load(abort.signal, (loaded, total) => {
      for (const listener of listeners) listener(loaded, total);
    });
    const entry: Entry<T> = { promise, abort, listeners, resolved: undefined, users: 0 };
    this._entries.set(key, entry);
    promise.then(
      (value) => {
        entry.resolved = value;
        if (entry.users === 0) this._free(value);
      },
      () => {
        if (this._entries.get(key) === entry) this._entries.delete(key);
      },
    );
    return entry;
  }

  private _drop(key: string, entry: Entry<T>): void {
    if (this._entries.get(key) === entry) this._entries.delete(key);
    if (entry.resolved === undefined) entry.abort.abort();
    else this._free(entry.resolved);
  }
}
