/** What was seen on a photo; docs/photos.md lists each with its remedy. */
export type ReasonCode =
  | 'unreadable'
  | 'no-face'
  | 'other-person'
  | 'second-face'
  | 'small'
  | 'blurred'
  | 'fit'
  | 'asymmetric'
  | 'turned'
  | 'twin'
  | 'matte'
  | 'cut-off'
  | 'dark'
  | 'bright'
  | 'grey'
  | 'sunglasses'
  | 'covered'
  /** Found while learning: parts of the head are not as in the other photos. */
  | 'unlike'
  | 'by-user';

/** Why a photo was left out, or what to be careful about. */
export interface Reason {
  readonly code: ReasonCode;
  /** One sentence with the number and the remedy. */
  readonly message: string;
  readonly severity: 'refuse' | 'warn';
}

/** One photo of report.json. Angles in degrees in EG3D's sense, crop in pixels of the upright photo as it was filed. */
export interface PhotoReport {
  /** Name in the folder. */
  readonly file: string;
  readonly kept: boolean;
  readonly reasons: readonly Reason[];
  /** Name in the data set, e.g. `train/00003.png`; null where it was left out. */
  readonly image: string | null;
  readonly yaw: number | null;
  readonly pitch: number | null;
  readonly roll: number | null;
  readonly distance: number | null;
  readonly crop: { readonly cx: number; readonly cy: number; readonly side: number; readonly angle: number } | null;
}

/** report.json: what became of every photo. */
export interface PreparationReport {
  readonly photos: readonly PhotoReport[];
  /** Of the set as a whole. */
  readonly warnings: readonly string[];
}
