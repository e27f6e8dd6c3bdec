import { expectDims, type Tensor } from '../../../runtime/core/tensor.js';
import { cropSquare, fromBox, type Point } from '../crop.js';
import type { FaceBox } from '../faceBox.js';
import { euclideanDistance, type FaceJudge, type FaceReading } from '../judge.js';
import { boxAround, faceShape, meanPoint, rollOf, type FacePoints } from '../landmarks.js';
import type { TensorFlow, TfTensor } from './tensorflow.js';

/** What is used of TensorFlow.js. */
export type FaceTensors = Pick<TensorFlow, 'tensor3d'>;

/** What is used of face-api's classes. */
export interface LandmarkNet {
  detectLandmarks(input: TfTensor): Promise<{ readonly relativePositions: readonly { x: number; y: number }[] }>;
  dispose(throwOnRedispose?: boolean): void;
}
export interface ExpressionNet {
  predictExpressions(input: TfTensor): Promise<{ readonly happy: number }>;
  dispose(throwOnRedispose?: boolean): void;
}
export interface RecognitionNet {
  computeFaceDescriptor(input: TfTensor): Promise<Float32Array>;
  dispose(throwOnRedispose?: boolean): void;
}

/** Input sides: the landmark and expression networks', and the recognition network's. */
const sides = { landmarks: 112, recognition: 150 };

/** The landmarks' square to that which the landmark and expression networks were trained on. */
const landmarkScale = 1.15;

/** dlib's chip as face-api takes it: eyes to mouth is this part of its side, their middle this far down. */
const chip = { eyesToMouth: 0.45, middle: 0.43 };

/** The 68 points of the iBUG scheme: 36 to 41 the eye on the picture's left, which is the person's right. */
function facePoints(p: readonly Point[]): FacePoints {
  return {
    rightEye: p.slice(36, 42),
    leftEye: p.slice(42, 48),
    rightLids: [
      [p[37]!, p[41]!],
      [p[38]!, p[40]!],
    ],
    leftLids: [
      [p[43]!, p[47]!],
      [p[44]!, p[46]!],
    ],
    mouthCorners: [p[48]!, p[54]!],
    lips: [p[62]!, p[66]!],
    noseTip: p[30]!,
  };
}

/** The square that dlib's network knows, from the centres of eyes and mouth. */
function recognitionBox(points: readonly Point[], roll: number): FaceBox {
  const centers = [points.slice(36, 42), points.slice(42, 48), points.slice(48, 68)].map(meanPoint);
  const [eyeA, eyeB, mouth] = centers as [Point, Point, Point];
  const toMouth = (eye: Point): number => Math.hypot(eye[0] - mouth[0], eye[1] - mouth[1]);
  const side = (toMouth(eyeA) + toMouth(eyeB)) / 2 / chip.eyesToMouth;
  const [x, y] = meanPoint(centers);
  const down = (0.5 - chip.middle) * side;
  return { x: x - Math.sin(roll) * down, y: y + Math.cos(roll) * down, side, roll };
}

/**
 * dlib's face descriptor (128 numbers, Euclidean distance) with face-api's landmarks and expressions, for networks that are
 * loaded. No detector: landmarks in the given box refine it once, then landmarks again; the descriptor is taken from the
 * square that the eyes and the mouth align.
 */
export class FaceApiJudge implements FaceJudge {
  readonly name = 'dlib';
  /** heads.md, section 4: best balanced accuracy between heads of this kind; among real people it is 0.6. */
  readonly threshold = 0.48;

  constructor(
    private readonly _tf: FaceTensors,
    private readonly _landmarks: LandmarkNet,
    private readonly _expressions: ExpressionNet,
    private readonly _recognition: RecognitionNet,
  ) {}

  async look(image: Tensor, box: FaceBox): Promise<FaceReading> {
    expectDims(image, [3, null, null], `${this.name}: image`);
    const first = await this._findLandmarks(image, box);
    const refined = boxAround(first, rollOf(facePoints(first)), landmarkScale);
    const points = await this._findLandmarks(image, refined);
    const roll = rollOf(facePoints(points));
    const expressions = await this._on(image, boxAround(points, roll, landmarkScale), sides.landmarks, (input) =>
      this._expressions.predictExpressions(input),
    );
    const descriptor = await this._on(image, recognitionBox(points, roll), sides.recognition, (input) =>
      this._recognition.computeFaceDescriptor(input),
    );
    return { descriptor, happy: expressions.happy, ...faceShape(facePoints(points)) };
  }

  distance(a: FaceReading, b: FaceReading): number {
    return euclideanDistance(a.descriptor, b.descriptor);
  }

  close(): Promise<void> {
    for (const net of [this._landmarks, this._expressions, this._recognition]) net.dispose(false);
    return Promise.resolve();
  }

  private async _findLandmarks(image: Tensor, box: FaceBox): Promise<Point[]> {
    const { relativePositions } = await this._on(image, box, sides.landmarks, (input) =>
      this._landmarks.detectLandmarks(input),
    );
    return relativePositions.map(({ x, y }) => fromBox(box, [x, y]));
  }

  private async _on<T>(image: Tensor, box: FaceBox, side: number, run: (input: TfTensor) => Promise<T>): Promise<T> {
    const input = this._tf.tensor3d(cropSquare(image, box, side), [side, side, 3]);
    try {
      return await run(input);
    } finally {
      input.dispose();
    }
  }
}
