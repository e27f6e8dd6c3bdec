import { ShapeError } from '../../../runtime/core/errors.js';
import { euclidean } from '../../vectors.js';
import type { FaceNets } from '../faces/faceNets.js';
import type { HeadShape } from '../cameras/headShape.js';
import { fitViews, type FittedViews } from '../cameras/fitViews.js';
import { labelView } from '../cameras/labelView.js';
import type { FittedView } from '../cameras/view.js';
import type { UprightPhoto } from '../decode/uprightPhoto.js';
import { checkCovered } from './checks/coverChecks.js';
import { checkMatte, checkRival, checkSecondFace } from './checks/cropChecks.js';
import { checkFit, checkPerson } from './checks/faceChecks.js';
import { isRefused } from './checks/limit.js';
import { checkSet } from './checks/setChecks.js';
import { cropPhoto } from './cropPhoto.js';
import { faceReasons, given, viewReasons } from './faceReasons.js';
import { strangeShare, usualTexture } from './measures/covering.js';
import { textureMap } from './measures/faceTexture.js';
import { textureRegions, type TextureRegions } from './measures/textureRegions.js';
import { faceOfPerson, findPeople } from './people/findPeople.js';
import { findTwins } from './people/twins.js';
import { photoReport } from './photoReport.js';
import type { FoundPeople, PhotoCard, PreparationProgress, PreparedPhotos } from './preparedPhotos.js';
import type { Reason } from './report.js';
import { seePhoto, type SeenFace, type SeenPhoto, type Seeing } from './seePhoto.js';
import type { Photo } from '../photo.js';
import { expectGiven } from '../../../runtime/core/given.js';

export interface PhotoPreparationOptions {
  readonly nets: FaceNets;
  /** Of the base, see assets/base.landmarks.json. */
  readonly shape: HeadShape;
  /** Side of the crops, pixels; default 256. */
  readonly size?: number;
}

export interface FinishOptions {
  /** Who is meant, an index of `people()`; default the one in most photos. */
  readonly person?: number;
  /** What the user decided, by file: true keeps a photo whatever is wrong with it, false leaves it out. */
  readonly choices?: ReadonlyMap<string, boolean>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PreparationProgress) => void;
}

/** One photo while the set is made. */
interface Entry {
  readonly file: string;
  readonly photo: SeenPhoto | null;
  readonly face: SeenFace | null;
  /** What the user decided; null: nothing. */
  readonly choice: boolean | null;
  readonly reasons: Reason[];
}

const defaultSize = 256;
/** dlib's distance between copies of one photo; two photos of one person are about twice as far apart. */
const copyDistance = 0.25;
/** Of the time of `finish`, about. */
const camerasShare = 0.3;

/**
 * Turns raw photos into photos to learn from. Photos are looked at one at a time and only what later steps need is kept, so
 * that a user's second thoughts need no photo again: `finish` can be called as often as wanted.
 */
export class PhotoPreparation {
  private readonly _seeing: Seeing;
  private readonly _regions: TextureRegions;
  private readonly _photos = new Map<string, SeenPhoto | Reason>();

  constructor(options: PhotoPreparationOptions) {
    expectGiven('PhotoPreparation', 'options', options);
    const { nets, shape, size = defaultSize } = options;
    expectGiven('PhotoPreparation', 'nets', nets);
    expectGiven('PhotoPreparation', 'shape', shape);
    const map = textureMap(shape);
    this._seeing = { nets, shape, map, size };
    this._regions = textureRegions(map);
  }

  /** Looks at a photo. The same file again takes the place of the one before. */
  async add(photo: UprightPhoto): Promise<PhotoCard> {
    const seen = await seePhoto(photo, this._seeing);
    this._photos.set(photo.name, seen);
    const face = seen.faces[0];
    const reasons = face ? this._ownReasons(seen, face) : [noFace];
    return {
      file: photo.name,
      thumbnail: seen.thumbnail,
      yaw: face?.labelled.yaw ?? null,
      pitch: face?.labelled.pitch ?? null,
      reasons,
      canBeKept: face !== undefined,
    };
  }

  /** Notes a file that cannot be decoded. */
  addUnreadable(file: string, message: string): PhotoCard {
    const reason: Reason = { code: 'unreadable', message, severity: 'refuse' };
    this._photos.set(file, reason);
    return { file, thumbnail: null, yaw: null, pitch: null, reasons: [reason], canBeKept: false };
  }

  /** Who is in the photos so far. */
  people(): FoundPeople {
    return findPeople(this._seen).found;
  }

  /**
   * Chooses the photos, finds their cameras together and cuts them out.
   * @throws ShapeError for a person that is not there; the signal's reason when it aborts
   */
  async finish(options: FinishOptions = {}): Promise<PreparedPhotos> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    onProgress?.({ stage: 'cameras', photo: null, fraction: 0 });
    const entries = this._entries(options);
    this._refuseTwins(entries);
    this._refuseCovered(entries);
    const wanted = entries.filter(isWanted);
    const { views, warnings } = await this._fitTogether(wanted, options);
    wanted.forEach((entry, i) => {
      const view = views[i]!;
      // What the face alone said of its view is replaced.
      const kept = entry.reasons.filter(({ code }) => !viewCodes.has(code));
      entry.reasons.splice(0, Infinity, ...kept);
      entry.reasons.push(...given([checkFit(view.error)]), ...viewReasons(entry.photo, entry.face, labelView(view)));
    });
    const { photos, report } = await this._cutOut(
      entries,
      new Map(wanted.map((entry, i) => [entry, views[i]!])),
      options,
    );
    return { photos, report: { ...report, warnings: [...report.warnings, ...warnings] } };
  }

  private get _seen(): SeenPhoto[] {
    return [...this._photos.values()].filter((photo): photo is SeenPhoto => 'faces' in photo);
  }

  private _ownReasons(photo: SeenPhoto, face: SeenFace): Reason[] {
    return [...faceReasons(face, this._regions), ...viewReasons(photo, face, face.labelled)];
  }

  /** Whose face is on each photo, and what it says alone. */
  private _entries({ person = 0, choices }: FinishOptions): Entry[] {
    const { found, centroids } = findPeople(this._seen);
    if (person !== 0 && !(person in found.people)) {
      throw new ShapeError(
        'photos/person',
        `photos: expected a person from 0 to ${found.people.length - 1}, got ${person}. Choose one of them.`,
      );
    }
    const centroid = centroids[person] ?? null;
    return [...this._photos].map(([file, photo]) => {
      const choice = choices?.get(file) ?? null;
      const reasons: Reason[] = choice === false ? [byUser] : [];
      if (!('faces' in photo)) return { file, photo: null, face: null, choice, reasons: [...reasons, photo] };
      const its = faceOfPerson(photo, centroid);
      if (!its) return { file, photo, face: null, choice, reasons: [...reasons, noFace] };
      const { face, distance } = its;
      const others = photo.regions.filter((region) => region !== face.landmarks.region);
      const who = distance === null ? checkRival(photo.regions.map(({ side }) => side)) : checkPerson(distance);
      reasons.push(...given([who, checkSecondFace(face.labelled.crop, face.landmarks.region, others)]));
      return { file, photo, face, choice, reasons: [...reasons, ...this._ownReasons(photo, face)] };
    });
  }

  private _refuseTwins(entries: readonly Entry[]): void {
    const hashes = entries.map((entry) => (isWanted(entry) ? entry.face.hash : null));
    const chosen = (i: number): number => (entries[i]!.choice === true ? 1e6 : 0);
    const quality = (i: number): number => chosen(i) + entries[i]!.face!.cut.square.side;
    const descriptor = (i: number): Float32Array | null => entries[i]!.face!.descriptor;
    const maySame = (a: number, b: number): boolean =>
      !descriptor(a) || !descriptor(b) || euclidean(descriptor(a)!, descriptor(b)!) < copyDistance;
    findTwins(hashes, maySame, (a, b) => quality(a) > quality(b)).forEach((twin, i) => {
      if (twin === null) return;
      const message = `It is the same photo as ${entries[twin]!.file}. One is enough.`;
      entries[i]!.reasons.push({ code: 'twin', message, severity: 'refuse' });
    });
  }

  private _refuseCovered(entries: readonly Entry[]): void {
    const usual = usualTexture(entries.filter(isWanted).map(({ face }) => face.texture));
    if (!usual) return;
    const { lower, skin, lenses } = this._regions;
    const whole = [...skin, ...lenses, ...lower];
    for (const { face, reasons } of entries) {
      if (!face) continue;
      const reason =
        checkCovered(strangeShare(face.texture, usual, lower), 'lower face') ??
        checkCovered(strangeShare(face.texture, usual, whole), 'face');
      if (reason) reasons.push(reason);
    }
  }

  private async _fitTogether(
    wanted: readonly WantedEntry[],
    { signal, onProgress }: FinishOptions,
  ): Promise<Pick<FittedViews, 'views' | 'warnings'>> {
    if (wanted.length === 0) return { views: [], warnings: [] };
    const points = wanted.map(({ face }) => face.landmarks.points);
    return fitViews(points, this._seeing.shape, {
      hints: wanted.map(({ file, photo: { focal }, face: { fit } }) => ({
        ...{ name: file, start: fit.start },
        ...(focal === null ? {} : { focal }),
      })),
      ...(signal ? { signal } : {}),
      onProgress: (share) => onProgress?.({ stage: 'cameras', photo: null, fraction: camerasShare * share }),
    });
  }

  private async _cutOut(
    entries: readonly Entry[],
    views: ReadonlyMap<Entry, FittedView>,
    { signal, onProgress }: FinishOptions,
  ): Promise<PreparedPhotos> {
    const photos: Photo[] = [];
    const reports = [];
    for (const [i, entry] of entries.entries()) {
      signal?.throwIfAborted();
      onProgress?.({
        stage: 'cutting',
        photo: entry.file,
        fraction: camerasShare + (1 - camerasShare) * (i / entries.length),
      });
      const view = views.get(entry);
      const labelled = view ? labelView(view) : (entry.face?.labelled ?? null);
      let image: string | null = null;
      if (view && labelled && isWanted(entry)) {
        const { crop, agreement } = await cropPhoto(this._seeing, entry.photo, entry.face.cut, labelled);
        entry.reasons.push(...given([checkMatte(agreement)]));
        if (isWanted(entry)) {
          image = `train/${String(photos.length).padStart(5, '0')}.png`;
          photos.push({ name: image, camera: labelled.camera, ...crop });
        }
      }
      reports.push(photoReport(entry.file, entry.reasons, image, labelled, entry.photo?.scale ?? 1));
    }
    onProgress?.({ stage: 'cutting', photo: null, fraction: 1 });
    const kept = reports.filter((report) => report.kept).map(({ yaw, pitch }) => ({ yaw: yaw!, pitch: pitch! }));
    return { photos, report: { photos: reports, warnings: checkSet(kept, reports.length) } };
  }
}

type WantedEntry = Entry & { readonly photo: SeenPhoto; readonly face: SeenFace };

const noFace: Reason = {
  code: 'no-face',
  message: 'No face was found. Show the whole head, with the eyes visible.',
  severity: 'refuse',
};
const byUser: Reason = { code: 'by-user', message: 'You left it out.', severity: 'refuse' };
/** Reasons that come from a view. */
const viewCodes: ReadonlySet<string> = new Set(['fit', 'small', 'turned', 'cut-off']);

/** Whether a photo is to be kept as far as is known: nothing is wrong with it, or the user wants it all the same. */
const isWanted = (entry: Entry): entry is WantedEntry =>
  entry.photo !== null && entry.face !== null && (entry.choice ?? !isRefused(entry.reasons));
