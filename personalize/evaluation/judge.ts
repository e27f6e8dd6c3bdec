import { ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { euclidean } from '../vectors.js';
import type { FaceBox } from './faceBox.js';

/** What a face network says of one picture. Lengths are in the picture, as a part of the distance of the eyes. */
export interface FaceReading {
  /** Who it is. */
  readonly descriptor: Float32Array;
  /** Probability of a happy face, 0..1. */
  readonly happy: number;
  /** Years, where the network guesses them. */
  readonly age?: number;
  /** Probability of a man, 0..1, where the network guesses it. */
  readonly male?: number;
  /** Corner to corner. From the side it grows, as the distance of the eyes shrinks faster. */
  readonly mouthWidth: number;
  /** Between the inner edges of the lips. */
  readonly mouthOpen: number;
  /** Between the lids of the eye on the person's own left. */
  readonly eyeOpenLeft: number;
  readonly eyeOpenRight: number;
  /** Of the nose's tip from the middle of the eyes, sideways: positive where the face turns to the person's own left. */
  readonly turn?: number;
}

/**
 * A face network that judges likeness. It is never part of a loss: what judges must not have taught. Its weights were
 * trained on collected photographs, so it is a tool of development and not shipped.
 */
export interface FaceJudge {
  readonly name: string;
  /** Distance below which two pictures show the same person, on heads rendered from the embedded base's kind. */
  readonly threshold: number;
  /**
   * Reads a face.
   * @param image [3, H, H] in -1..1, composited on a background
   * @param box where the face is about, as `faceBox` tells from the camera
   */
  look(image: Tensor, box: FaceBox): Promise<FaceReading>;
  /** Between two readings of this judge. */
  distance(a: FaceReading, b: FaceReading): number;
  close(): Promise<void>;
}

function sameLength(a: Float32Array, b: Float32Array): void {
  if (a.length !== b.length) {
    throw new ShapeError(
      'judge/descriptor',
      `judge: descriptors of ${a.length} and ${b.length} numbers. Compare readings of one and the same judge.`,
    );
  }
}

export function euclideanDistance(a: Float32Array, b: Float32Array): number {
  sameLength(a, b);
  return euclidean(a, b);
}

/** 1 - cosine of the angle between two descriptors: 0 along each other, 1 at right angles. */
export function cosineDistance(a: Float32Array, b: Float32Array): number {
  sameLength(a, b);
  let [product, lengthA, lengthB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    lengthA += a[i]! ** 2;
    lengthB += b[i]! ** 2;
  }
  return 1 - product / Math.sqrt(lengthA * lengthB);
}
