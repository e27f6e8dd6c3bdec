import { chipSize } from './descriptorGraph.js';
import type { FaceLandmarks, Square } from './faceNets.js';
import type { LazyNet } from './lazyNet.js';
import type { BitmapPyramid } from './bitmapPyramid.js';
import { sampleSquare } from './sampleSquare.js';

/** Where landmarks lie in dlib's chip of 150 pixels: outer corners of the eyes, corners of the mouth. */
const template = [
  [33, 37.2, 46.6],
  [263, 110.9, 46.6],
  [61, 50.4, 103],
  [291, 97.6, 103],
] as const;

/** Mean colour of the net's training pictures, 0..255. */
const meanColor = [122.782, 117.001, 104.298];

/** The square of the photo that fits the template best, by least squares. */
export function chipOf({ points }: Pick<FaceLandmarks, 'points'>): Square {
  const count = template.length;
  const mean = [0, 0, 0, 0];
  const rows = template.map(([index, x, y]) => [x, y, points[3 * index]!, points[3 * index + 1]!]);
  for (const row of rows) row.forEach((value, i) => (mean[i]! += value / count));
  const [meanX, meanY, meanU, meanV] = mean as [number, number, number, number];
  let [along, across, squares] = [0, 0, 0];
  for (const row of rows) {
    const [x, y, u, v] = row.map((value, i) => value - mean[i]!) as [number, number, number, number];
    along += x * u + y * v;
    across += x * v - y * u;
    squares += x * x + y * y;
  }
  const [a, b] = [along / squares, across / squares];
  const [dx, dy] = [chipSize / 2 - meanX, chipSize / 2 - meanY];
  return {
    cx: meanU + a * dx - b * dy,
    cy: meanV + b * dx + a * dy,
    side: chipSize * Math.hypot(a, b),
    angle: Math.atan2(b, a),
  };
}

/** dlib's 128 numbers of identity. */
export async function describeFace(
  net: LazyNet,
  pyramid: BitmapPyramid,
  landmarks: FaceLandmarks,
): Promise<Float32Array> {
  const picture = sampleSquare(pyramid, chipOf(landmarks), chipSize, { range: [0, 255] });
  const plane = chipSize * chipSize;
  for (let i = 0; i < picture.length; i++) picture[i] = (picture[i]! - meanColor[Math.floor(i / plane)]!) / 256;
  const { descriptor } = await net.run(picture);
  return descriptor!;
}
