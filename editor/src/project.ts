import { join, relative, resolve, sep } from 'node:path';
import { access, copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { isHeadFile, nameOfFile, seedItems, thumbnailOfAsync, type HeadItem } from '../../plugin/gallery/headItem.js';
import { registry } from '../../plugin/registry.js';

/** Faces that the gallery offers of a bare base. */
const offeredSeeds = [0, 1, 2, 3, 4, 5, 6, 7];
const isBase = (name: string): boolean => /\.safetensors$/i.test(name) && !/\.proxy\.safetensors$/i.test(name);
const isOurs = (name: string): boolean => /\.(head|safetensors|directions\.json)$/i.test(name) || isLicence(name);
const isLicence = (name: string): boolean => /^(licen[cs]e|notice)\b/i.test(name);

/**
 * A project's folder of heads. Only `public/heads` travels with the game: the Editor packs no files of other kinds from
 * `assets`, and deletes what it does not know from `public/scene`.
 */
export class HeadProject {
  readonly headsFolder: string;

  /** @param folder the project's */
  constructor(readonly folder: string) {
    this.headsFolder = join(folder, 'public', 'heads');
  }

  /** What saved addresses are relative to, in the Editor as in the game: the folder of the exported scene. */
  get rootUrl(): string {
    return `${this.folder.split(sep).join('/')}/public/scene/`;
  }

  /** The address that a scene saves for a file of `public/heads`. */
  urlOf(path: string): string {
    return `../heads/${relative(this.headsFolder, path).split(sep).join('/')}`;
  }

  /** Where the file of a saved address is; null where it does not travel with the game. */
  pathOf(url: string): string | null {
    const path = resolve(this.folder, 'public', 'scene', url.replace(/[?#].*$/, ''));
    return path.startsWith(this.headsFolder + sep) ? path : null;
  }

  /** People, then faces of the bases. */
  async itemsAsync(): Promise<readonly HeadItem[]> {
    const names = await this._filesAsync();
    const people = await Promise.all(
      names.filter(isHeadFile).map(async (name): Promise<HeadItem> => {
        const path = join(this.headsFolder, name);
        const bytes = new Uint8Array(await readFile(path));
        return { name: nameOfFile(name), url: this.urlOf(path), thumbnail: await thumbnailOfAsync(bytes) };
      }),
    );
    const bases = names.filter(isBase).map((name) => this.urlOf(join(this.headsFolder, name)));
    return [...people, ...bases.flatMap((url) => seedItems(url, offeredSeeds))];
  }

  async hasBaseAsync(): Promise<boolean> {
    return (await this._filesAsync()).some(isBase);
  }

  /**
   * Copies files to the heads; those that are there with other bytes stay, and the new one gets a number.
   * @returns the heads among them
   */
  async importAsync(files: readonly Pick<File, 'name' | 'arrayBuffer'>[]): Promise<readonly HeadItem[]> {
    await mkdir(this.headsFolder, { recursive: true });
    const items: HeadItem[] = [];
    for (const file of files.filter(({ name }) => isOurs(name))) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const path = await this._placeAsync(file.name.replace(/[^\w.-]+/g, '_'), bytes);
      if (isHeadFile(path)) {
        items.push({ name: nameOfFile(path), url: this.urlOf(path), thumbnail: await thumbnailOfAsync(bytes) });
      }
    }
    return items;
  }

  /** Heads of the project or from elsewhere on the disk, which are copied first. */
  async itemsOfPathsAsync(paths: readonly string[]): Promise<readonly HeadItem[]> {
    const items: HeadItem[] = [];
    for (const path of paths.filter(isHeadFile)) {
      if (path.startsWith(this.headsFolder + sep)) items.push({ name: nameOfFile(path), url: this.urlOf(path) });
      else items.push(...(await this.importAsync([fileAt(path)])));
    }
    return items;
  }

  /** The embedded base of the game's own copy of the package, with its licences. @returns false where it is not installed */
  async copyEmbeddedBaseAsync(): Promise<boolean> {
    const source = join(this.folder, 'node_modules', 'babylon-personalized-head');
    const files = ['assets/base.safetensors', 'assets/base.proxy.safetensors', 'assets/base.directions.json', 'NOTICE'];
    const there = await Promise.all(files.map((file) => existsAsync(join(source, file))));
    if (!there[0]) return false;
    await mkdir(this.headsFolder, { recursive: true });
    for (const [i, file] of files.entries()) {
      if (there[i]) await copyFile(join(source, file), join(this.headsFolder, file.replace(/^.*\//, '')));
    }
    return true;
  }

  private async _filesAsync(): Promise<readonly string[]> {
    if (!(await existsAsync(this.headsFolder))) return [];
    return (await readdir(this.headsFolder, { recursive: true })).sort();
  }

  private async _placeAsync(name: string, bytes: Uint8Array): Promise<string> {
    for (let i = 1; ; i++) {
      const path = join(this.headsFolder, i === 1 ? name : name.replace(/(?=\.)/, `-${i}`));
      if (!(await existsAsync(path))) {
        await writeFile(path, bytes, { flag: 'wx' });
        return path;
      }
      if ((await readFile(path)).equals(bytes)) return path;
    }
  }
}

const fileAt = (path: string) => ({
  name: path.split(/[/\\]/).at(-1)!,
  arrayBuffer: async () => new Uint8Array(await readFile(path)).buffer,
});

export async function existsAsync(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Lets heads read the files of a project from the disk: the Editor is a page of Electron, whose `fetch` reads none.
 * @returns ends it
 */
export function readFromDisk({ folder }: HeadProject): () => void {
  const shared = registry();
  const root = resolve(folder) + sep;
  const reader = (url: string): Promise<Uint8Array<ArrayBuffer>> | null => {
    if (/^[a-z][a-z\d+.-]+:/i.test(url)) return null;
    const path = resolve(url.replace(/[?#].*$/, ''));
    return path.startsWith(root) ? readFile(path).then((bytes) => new Uint8Array(bytes)) : null;
  };
  shared.readFile = reader;
  return () => {
    if (shared.readFile === reader) shared.readFile = undefined;
  };
}
