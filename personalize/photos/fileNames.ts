/** A file's name as it is compared: Macs write accents as letters of their own (NFD), others as one with the letter (NFC). */
export const normalName = (name: string): string => name.normalize('NFC');

const withoutEnding = (name: string): string => name.replace(/\.[^./]*$/, '');
const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** The files that are there, found by a name in another spelling. */
export class FileNames {
  private readonly _byNormal: ReadonlyMap<string, string>;

  /** @param names as they are listed */
  constructor(names: Iterable<string>) {
    this._byNormal = new Map([...names].map((name) => [normalName(name), name]));
  }

  /** The listed name of that file; null where it is not there. */
  find(name: string): string | null {
    return this._byNormal.get(normalName(name)) ?? null;
  }

  /** A file that may be meant: another case, another ending, another folder, in this order; null where there is none. */
  similar(name: string): string | null {
    const wanted = normalName(name).toLowerCase();
    const ways: ((listed: string) => string)[] = [
      (listed) => listed,
      withoutEnding,
      lastPart,
      (listed) => lastPart(withoutEnding(listed)),
    ];
    for (const way of ways) {
      const found = [...this._byNormal].filter(([normal]) => way(normal.toLowerCase()) === way(wanted));
      // Of several, none is meant more than the others.
      if (found.length === 1) return found[0]![1];
    }
    return null;
  }

  /** A mask of that photo that is named in another way than `masks/<name>.png`; null where there is none. */
  strayMask(photo: string): string | null {
    const [whole, stem] = [normalName(photo).toLowerCase(), withoutEnding(normalName(photo).toLowerCase())];
    const short = stem.replace(/^train\//, '');
    const stray = new RegExp(
      `^(?:(?:masks?|alphas?|mattes?|segmentations?)/(?:${[whole, stem, short].map(literal).join('|')})(?:[_-]?(?:mask|alpha|matte))?|` +
        `${literal(stem)}[_-](?:mask|alpha|matte))\\.[a-z]+$`,
    );
    const found = [...this._byNormal].find(([normal]) => stray.test(normal.toLowerCase()));
    return found ? found[1] : null;
  }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
