import type { Bitmap } from '../../../runtime/core/bitmap.js';
import type { Photo } from '../photo.js';
import type { PreparationReport, Reason } from './report.js';

// All of these can be posted to and from a worker.

/** What is known of a photo as soon as it was looked at; the others may still change it. */
export interface PhotoCard {
  /** Name in the folder. */
  readonly file: string;
  /** About 128 pixels a side: the largest face's neighbourhood, or the whole photo where no face was found; null where it cannot be read. */
  readonly thumbnail: Bitmap | null;
  /** Degrees; null where there is no face. */
  readonly yaw: number | null;
  readonly pitch: number | null;
  /** So far. */
  readonly reasons: readonly Reason[];
  /** Whether there is a face at all, so that a user can put the photo back. */
  readonly canBeKept: boolean;
}

/** Somebody who is in the photos. */
export interface FoundPerson {
  /** Names of the photos. */
  readonly files: readonly string[];
  /** 128 pixels a side, of the face that is most like the person's others. */
  readonly face: Bitmap;
}

/** Who is in the photos, in most first. */
export interface FoundPeople {
  readonly people: readonly FoundPerson[];
  /** The second is in more than half as many photos as the first: only the user knows who is meant. */
  readonly isAmbiguous: boolean;
}

/** Photos to learn from, and what became of every photo. */
export interface PreparedPhotos {
  /** Those kept, in the report's order; a photo's name is the report's `image`. */
  readonly photos: readonly Photo[];
  readonly report: PreparationReport;
}

/** Where a preparation stands. */
export interface PreparationProgress {
  readonly stage: PreparationStage;
  /** Name of the photo that is worked on; null where it is all of them. */
  readonly photo: string | null;
  /** Of the whole preparation, 0..1. */
  readonly fraction: number;
}

/** Read and look at every photo; find the cameras together; cut out. */
export type PreparationStage = 'looking' | 'cameras' | 'cutting';
