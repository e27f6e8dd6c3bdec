import type { TrackedFace } from '../../personalize/index.js';
import type { SentError } from '../../runtime/core/sentError.js';

/** What the page asks of its reader. */
export type Request =
  /** First of all; addresses of the assets. */
  | {
      readonly kind: 'open';
      readonly faces: string;
      readonly landmarks: string;
      readonly moves: string;
      readonly wasmPaths: string;
    }
  /** A frame of the camera, which the reader closes. One at a time. */
  | { readonly kind: 'frame'; readonly frame: ImageBitmap; readonly time: number }
  /** The next frames show the user's resting face, looking ahead. */
  | { readonly kind: 'calibrate' }
  /** What comes next is of another time. */
  | { readonly kind: 'forget' };

/** What the reader answers. */
export type Answer =
  | { readonly kind: 'open' }
  /** Of the frame it was sent; null: it shows no face. */
  | { readonly kind: 'face'; readonly face: TrackedFace | null; readonly time: number }
  | { readonly kind: 'calibrated' }
  | { readonly kind: 'failed'; readonly error: SentError };
