import type { BitmapPyramid } from './bitmapPyramid.js';

/** A square of a picture, possibly turned and partly outside. */
export interface Square {
  /** Middle, pixels from the picture's top left corner. */
  readonly cx: number;
  readonly cy: number;
  /** Pixels. */
  readonly side: number;
  /** Radians that the square's own x axis is turned from the picture's, clockwise as one looks at the picture. */
  readonly angle: number;
}

/** Points of a detected face, pixels; left and right are the person's own. */
export interface DetectedFace {
  /** 0..1 */
  readonly score: number;
  /** Upright box in the picture. */
  readonly box: { readonly cx: number; readonly cy: number; readonly width: number; readonly height: number };
  /** Right eye, left eye, nose, mouth, right ear, left ear: [6, 2] */
  readonly points: Float32Array;
}

/** MediaPipe's 468 face landmarks. */
export interface FaceLandmarks {
  /** `[468, 3]`: x and y in pixels of the picture, z in pixels towards the back, relative to the face. */
  readonly points: Float32Array;
  /** Probability of a face, 0..1; says little of its quality. */
  readonly score: number;
  /** Mean distance between the landmarks and those of the mirrored picture, in sides of `region`. */
  readonly asymmetry: number;
  /** What the last pass looked at. */
  readonly region: Square;
}

/** What a live camera can afford a few times a second, on request. */
export interface ReadOptions {
  /** Detection: the whole picture once, no turned pictures and no tiles. Landmarks: one pass, not mirrored, so `asymmetry` is 0. */
  readonly quick?: boolean;
}

/** Nets that read faces in photos: MediaPipe's, and where it is installed dlib's descriptor. */
export interface FaceNets {
  /** All faces: the whole picture, close faces, turned pictures, then tiles; merged. Best first. */
  detect(pyramid: BitmapPyramid, options?: ReadOptions): Promise<readonly DetectedFace[]>;
  /**
   * Landmarks of one face, averaged with those of the mirrored picture. Null where the net sees no face.
   * @param start where it was detected, or its landmarks in the video frame before
   */
  landmarks(
    pyramid: BitmapPyramid,
    start: DetectedFace | FaceLandmarks,
    options?: ReadOptions,
  ): Promise<FaceLandmarks | null>;
  /**
   * Probability that a pixel belongs to the person.
   * @returns [256, 256] over `square`, 0..1
   */
  matte(pyramid: BitmapPyramid, square: Square): Promise<Float32Array>;
  /** dlib's 128 numbers of identity; null where the optional net is not installed. Distances below 0.55 are the same person. */
  readonly describe: ((pyramid: BitmapPyramid, landmarks: FaceLandmarks) => Promise<Float32Array>) | null;
  dispose(): Promise<void>;
}
