import { AssetError, HeadError } from '../../../runtime/core/errors.js';
import type { DecodeUpright, UprightPhoto } from '../decode/uprightPhoto.js';
import type { PhotoFiles } from '../photoFiles.js';
import { PhotoPreparation, type FinishOptions, type PhotoPreparationOptions } from './photoPreparation.js';
import type { FoundPeople, FoundPerson, PhotoCard, PreparedPhotos } from './preparedPhotos.js';
import { expectGiven } from '../../../runtime/core/given.js';

/** Photos that are looked at one after the other. */
export interface LookingOptions extends Pick<FinishOptions, 'signal' | 'onProgress'> {
  readonly files: PhotoFiles;
  /** Decodes the files: of decode/decodeUpright.ts in a browser, of decodeUpright.node.ts in Node. */
  readonly decode: DecodeUpright;
  /** Gets what was seen on each photo as soon as it was looked at. */
  readonly onCard?: (card: PhotoCard) => void;
}

export interface PreparePhotosOptions extends PhotoPreparationOptions, FinishOptions, LookingOptions {
  /** Which files; default all that may be photos, see `photoNames`. */
  readonly names?: readonly string[];
  /**
   * Asked where a second person is in more than half as many photos as the first and `person` is not said; answers with an
   * index. Without it, that throws.
   */
  readonly choose?: (people: FoundPeople) => Promise<number>;
}

/** Of a whole preparation's time, about: all but the fit of all photos together and the crops. */
export const lookingShare = 0.85;

/** Files beside photos that nobody means: settings of programs, texts. */
const others =
  /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)|\.(json|txt|md|html?|csv|xmp|aae|ini|db|log|zip|head|training)$/i;

/** The names of a folder's files that may be photos. */
export const photoNames = (names: readonly string[]): string[] => names.filter((name) => !others.test(name));

/**
 * Turns a folder of raw photos into photos to learn from: whose face is on them, from where each was taken, which are good
 * enough, cut out and matted. Nothing leaves the machine.
 * @throws AssetError `photos/empty` without photos, `photos/people` where it must be said who is meant; the signal's reason
 *   when it aborts. A photo that cannot be used is no error: the report says why.
 */
export async function preparePhotos(options: PreparePhotosOptions): Promise<PreparedPhotos> {
  expectGiven('preparePhotos', 'options', options);
  expectGiven('preparePhotos: files', 'photoFiles', options.files);
  const { files, signal, onProgress } = options;
  signal?.throwIfAborted();
  const names = options.names ?? photoNames(await files.list());
  if (names.length === 0) {
    throw new AssetError('photos/empty', 'photos: expected photos of a person, got none. Name a folder of photos.');
  }
  const preparation = new PhotoPreparation(options);
  await lookAtPhotos(preparation, names, options);
  const person = options.person ?? (await whoIsMeant(preparation.people(), options.choose));
  return preparation.finish({
    ...options,
    person,
    onProgress: (progress) =>
      onProgress?.({ ...progress, fraction: lookingShare + (1 - lookingShare) * progress.fraction }),
  });
}

/**
 * Reads photos and looks at each.
 * @param names of the files
 * @throws the signal's reason when it aborts. A photo that cannot be decoded is a card.
 */
export async function lookAtPhotos(
  preparation: PhotoPreparation,
  names: readonly string[],
  { files, decode, signal, onProgress, onCard }: LookingOptions,
): Promise<void> {
  const decoded = (i: number): Promise<UprightPhoto | string> | null =>
    i < names.length ? decodeOr(files, decode, names[i]!, signal) : null;
  let next = decoded(0);
  for (const [i, name] of names.entries()) {
    const photo = (await next)!;
    signal?.throwIfAborted();
    // The next photo is decoded while this one is looked at.
    next = decoded(i + 1);
    onProgress?.({ stage: 'looking', photo: name, fraction: (lookingShare * i) / names.length });
    const card = typeof photo === 'string' ? preparation.addUnreadable(name, photo) : await preparation.add(photo);
    onCard?.(card);
  }
  signal?.throwIfAborted();
}

/** @returns the photo, or why it cannot be decoded */
async function decodeOr(
  files: PhotoFiles,
  decode: DecodeUpright,
  name: string,
  signal: AbortSignal | undefined,
): Promise<UprightPhoto | string> {
  try {
    return await decode(await files.read(name), name, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted === true) return '';
    if (!(error instanceof HeadError)) throw error;
    const message = error.message.startsWith(`${name}: `) ? error.message.slice(name.length + 2) : error.message;
    return message.charAt(0).toUpperCase() + message.slice(1);
  }
}

const shownFiles = 3;

async function whoIsMeant(people: FoundPeople, choose: PreparePhotosOptions['choose']): Promise<number> {
  if (!people.isAmbiguous) return 0;
  if (choose) return choose(people);
  throw new AssetError('photos/people', `photos: ${describePeople(people)} Say which is meant.`);
}

/** Those who may be meant: the first, and all who are in more than half as many photos. */
export const frequentPeople = (people: readonly FoundPerson[]): FoundPerson[] =>
  people.filter(({ files }) => files.length > people[0]!.files.length / 2);

/** Who may be meant, as a sentence each. */
export function describePeople(found: FoundPeople): string {
  expectGiven('describePeople', 'people', found);
  const { people } = found;
  const shown = frequentPeople(people);
  const texts = shown.map(
    ({ files }, i) =>
      `Person ${i + 1} is in ${files.length === 1 ? 'one photo' : `${files.length} photos`} ` +
      `(${files.slice(0, shownFiles).join(', ')}${files.length > shownFiles ? ', ...' : ''}).`,
  );
  return `${shown.length} people are in about equally many photos. ${texts.join(' ')}`;
}
