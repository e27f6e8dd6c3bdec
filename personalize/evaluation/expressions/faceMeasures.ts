import { ShapeError } from '../../../runtime/core/errors.js';
import { landmarkCount } from '../../photos/faces/faceTopology.js';

/** Outward and upward, in distances of the eyes. */
export type Offset = readonly [outward: number, up: number];

/** Something of a face on both sides; left and right are the person's own. */
export interface Sides<T> {
  readonly left: T;
  readonly right: T;
}

/** Where the moving parts of a face are, in distances of the eyes, in axes that turn with the line through the eyes. */
export interface FaceMeasures {
  /** Between the middles of the lips' inner edges. */
  readonly lipsApart: number;
  /** Corners of the mouth, from the point between the eyes. */
  readonly corners: Sides<Offset>;
  /** Between the lids. */
  readonly lids: Sides<number>;
  /** Height of the brows over the line through the eyes. */
  readonly brows: Sides<number>;
}

/** Points of MediaPipe's mesh. */
const points = {
  eyes: { left: [362, 263], right: [33, 133] },
  lips: [13, 14],
  corners: { left: 291, right: 61 },
  lids: {
    left: [
      [385, 380],
      [386, 374],
      [387, 373],
    ],
    right: [
      [160, 144],
      [159, 145],
      [158, 153],
    ],
  },
  brows: { left: [300, 293, 334, 296, 336], right: [70, 63, 105, 66, 107] },
} as const;

/**
 * Measures a face seen about from the front.
 * @param landmarks [468, 3], pixels, y down
 * @throws ShapeError for another number of landmarks, or where both eyes are in one place
 */
export function faceMeasures(landmarks: Float32Array): FaceMeasures {
  if (landmarks.length !== 3 * landmarkCount) {
    throw new ShapeError(
      'expressions/landmarks',
      `faceMeasures: expected [${landmarkCount}, 3] landmarks, got ${landmarks.length} numbers. Take those of the face nets.`,
    );
  }
  const mean = (indices: readonly number[], axis: 0 | 1): number =>
    indices.reduce((sum, i) => sum + landmarks[3 * i + axis]!, 0) / indices.length;
  const { eyes } = points;
  const [dx, dy] = [mean(eyes.left, 0) - mean(eyes.right, 0), mean(eyes.left, 1) - mean(eyes.right, 1)];
  const distance = Math.hypot(dx, dy);
  if (!(distance > 0)) {
    throw new ShapeError(
      'expressions/landmarks',
      'faceMeasures: both eyes are in one place, so there is no face to measure. Check the picture.',
    );
  }
  const [x0, y0] = [mean([...eyes.left, ...eyes.right], 0), mean([...eyes.left, ...eyes.right], 1)];
  // The person's left is on the right of the picture, so this axis points to it.
  const along = ([x, y]: readonly [number, number]): number => (x * dx + y * dy) / distance ** 2;
  const above = ([x, y]: readonly [number, number]): number => (x * dy - y * dx) / distance ** 2;
  const from = (indices: readonly number[]): readonly [number, number] => [
    mean(indices, 0) - x0,
    mean(indices, 1) - y0,
  ];
  const gap = ([a, b]: readonly [number, number]): number => Math.abs(above(from([a])) - above(from([b])));
  const lids = (pairs: readonly (readonly [number, number])[]): number =>
    pairs.reduce((sum, pair) => sum + gap(pair), 0) / pairs.length;
  const corner = (index: number, outward: 1 | -1): Offset => [outward * along(from([index])), above(from([index]))];
  return {
    lipsApart: gap(points.lips),
    corners: { left: corner(points.corners.left, 1), right: corner(points.corners.right, -1) },
    lids: { left: lids(points.lids.left), right: lids(points.lids.right) },
    brows: { left: above(from(points.brows.left)), right: above(from(points.brows.right)) },
  };
}
