import type { DetectedFace, FaceLandmarks, ReadOptions, Square } from './faceNets.js';
import { landmarkCount, type FaceTopology } from './faceTopology.js';
import type { LazyNet } from './lazyNet.js';
import type { BitmapPyramid } from './bitmapPyramid.js';
import { sampleSquare } from './sampleSquare.js';
import { fromSquare } from './square.js';

/** Side of the net's picture. */
const size = 192;
/** The region that the net looks at, in sizes of the face in it. */
const regionFactor = 1.5;
const passes = 3;
/** Below this the net sees no face. */
const lowestScore = 0.1;
/** Outer corners of the person's right and left eye. */
const eyeCorners = [33, 263] as const;

type Reading = Pick<FaceLandmarks, 'points' | 'score'>;

const angleBetween = (points: Float32Array, stride: number, [right, left]: readonly [number, number]): number =>
  Math.atan2(
    points[left * stride + 1]! - points[right * stride + 1]!,
    points[left * stride]! - points[right * stride]!,
  );

/** Where a detected face is looked at: turned so that its eyes are level. */
function regionOfFace({ box, points }: DetectedFace): Square {
  const side = Math.max(box.width, box.height) * regionFactor;
  return { cx: box.cx, cy: box.cy, side, angle: angleBetween(points, 2, [0, 1]) };
}

/** Where the next pass looks: about the landmarks' box with level eyes. */
function regionOfLandmarks(points: Float32Array): Square {
  const angle = angleBetween(points, 3, eyeCorners);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < landmarkCount; i++) {
    const [x, y] = [points[3 * i]!, points[3 * i + 1]!];
    const level = [cos * x + sin * y, cos * y - sin * x];
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis]!, level[axis]!);
      high[axis] = Math.max(high[axis]!, level[axis]!);
    }
  }
  const [x, y] = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
  const side = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) * regionFactor;
  return { cx: cos * x - sin * y, cy: sin * x + cos * y, side, angle };
}

/** MediaPipe's 468 landmarks. */
export class LandmarkNet {
  constructor(
    private readonly _net: LazyNet,
    private readonly _topology: FaceTopology,
  ) {}

  /** Null where the net sees no face. */
  async read(
    pyramid: BitmapPyramid,
    start: DetectedFace | FaceLandmarks,
    { quick = false }: ReadOptions = {},
  ): Promise<FaceLandmarks | null> {
    let region = 'box' in start ? regionOfFace(start) : regionOfLandmarks(start.points);
    let reading = await this._look(pyramid, region);
    if (reading.score < lowestScore) return null;
    if (quick) return { ...reading, asymmetry: 0, region };
    for (let pass = 1; pass < passes; pass++) {
      region = regionOfLandmarks(reading.points);
      reading = await this._look(pyramid, region);
    }
    const mirrored = await this._lookMirrored(pyramid, region);
    const score = Math.min(reading.score, mirrored.score);
    if (score < lowestScore) return null;
    let distance = 0;
    for (let i = 0; i < 3 * landmarkCount; i += 3) {
      distance += Math.hypot(
        mirrored.points[i]! - reading.points[i]!,
        mirrored.points[i + 1]! - reading.points[i + 1]!,
      );
    }
    return {
      points: reading.points.map((value, i) => (value + mirrored.points[i]!) / 2),
      score,
      asymmetry: distance / landmarkCount / region.side,
      region,
    };
  }

  private async _look(pyramid: BitmapPyramid, region: Square): Promise<Reading> {
    const { points, score } = await this._net.run(sampleSquare(pyramid, region, size));
    return this._placed(region, score!, (i) => [points![3 * i]!, points![3 * i + 1]!, points![3 * i + 2]!]);
  }

  private async _lookMirrored(pyramid: BitmapPyramid, region: Square): Promise<Reading> {
    const { points, score } = await this._net.run(sampleSquare(pyramid, region, size, { mirrored: true }));
    const { mirror } = this._topology;
    return this._placed(region, score!, (i) => {
      const other = 3 * mirror[i]!;
      return [size - points![other]!, points![other + 1]!, points![other + 2]!];
    });
  }

  /** Pixels of the net's picture to those of the photo. */
  private _placed(
    region: Square,
    score: Float32Array,
    point: (i: number) => readonly [x: number, y: number, z: number],
  ): Reading {
    const points = new Float32Array(3 * landmarkCount);
    for (let i = 0; i < landmarkCount; i++) {
      const [x, y, z] = point(i);
      points.set(fromSquare(region, [x / size - 0.5, y / size - 0.5]), 3 * i);
      points[3 * i + 2] = (z / size) * region.side;
    }
    return { points, score: 1 / (1 + Math.exp(-score[0]!)) };
  }
}
