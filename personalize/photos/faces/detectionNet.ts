import type { DetectedFace, Square } from './faceNets.js';
import type { LazyNet } from './lazyNet.js';
import type { BitmapPyramid } from './bitmapPyramid.js';
import { sampleSquare } from './sampleSquare.js';
import { fromSquare, type Point } from './square.js';

/** Rows of cells that a net looks from, and how many boxes it gives for a cell. */
interface AnchorGrid {
  readonly cells: number;
  readonly each: number;
}

/** A net that finds faces, and how it was trained to see them. */
export interface Detector {
  readonly net: LazyNet;
  /** Side of its picture. */
  readonly size: number;
  readonly grids: readonly AnchorGrid[];
}

/** MediaPipe's full-range net: faces of any size from about a twentieth of the picture on. */
export const fullRangeDetector = { size: 192, grids: [{ cells: 48, each: 1 }] };

/** MediaPipe's short-range net: faces that fill much of the picture. */
export const shortRangeDetector = {
  size: 128,
  grids: [
    { cells: 16, each: 2 },
    { cells: 8, each: 6 },
  ],
};

/** Numbers for a box: centre, size, and six points, in the picture's pixels; places count from the cell's middle. */
const boxValues = 16;
const pointCount = 6;
const lowestScore = 0.5;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function* cellMiddles(grids: readonly AnchorGrid[]): Generator<Point> {
  for (const { cells, each } of grids) {
    for (let i = 0; i < cells * cells; i++) {
      const middle: Point = [((i % cells) + 0.5) / cells - 0.5, (Math.floor(i / cells) + 0.5) / cells - 0.5];
      for (let k = 0; k < each; k++) yield middle;
    }
  }
}

/** Faces that one look at a square finds, each as often as it was found. */
export async function detectIn(
  { net, size, grids }: Detector,
  pyramid: BitmapPyramid,
  square: Square,
): Promise<DetectedFace[]> {
  const { boxes, scores } = await net.run(sampleSquare(pyramid, square, size, { range: [-1, 1] }));
  const [cos, sin] = [Math.abs(Math.cos(square.angle)), Math.abs(Math.sin(square.angle))];
  const faces: DetectedFace[] = [];
  let index = -1;
  for (const [middleX, middleY] of cellMiddles(grids)) {
    index++;
    const score = sigmoid(scores![index]!);
    if (!(score >= lowestScore)) continue;
    const value = (i: number): number => boxes![index * boxValues + i]! / size;
    const place = (i: number): Point => fromSquare(square, [middleX + value(i), middleY + value(i + 1)]);
    const [cx, cy] = place(0);
    const [width, height] = [value(2) * square.side, value(3) * square.side];
    faces.push({
      score,
      box: { cx, cy, width: cos * width + sin * height, height: sin * width + cos * height },
      points: Float32Array.from(Array.from({ length: pointCount }, (_, k) => place(4 + 2 * k)).flat()),
    });
  }
  return faces;
}
