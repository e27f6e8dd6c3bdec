/** What guidance and the choice of frames need of one frame of a film or camera. */
export interface FrameView {
  /** Degrees, EG3D's sense: yaw > 0 has the camera at the person's left, pitch > 0 above. */
  readonly yaw: number;
  readonly pitch: number;
  /** Side of the head's crop in shorter sides of the frame: 0.5 is a head that fills three eighths of it. */
  readonly size: number;
  /** The head's middle from the frame's, in the frame's width and height: 0 is the middle, 0.5 the edge. */
  readonly offset: readonly [x: number, y: number];
  /** Variance of the Laplacian over the face, see `faceSharpness`: about 150 is sharp, below 15 is lost. */
  readonly sharpness: number;
  /** Mean luminance of the face, 0..255. */
  readonly brightness: number;
  readonly mouth: Mouth;
}

/** A mouth in distances between the eyes, so that neither size nor distance matters. */
export interface Mouth {
  /** Corner to corner; a smile adds about a sixth. */
  readonly width: number;
  /** Lip to lip; an open mouth is above a fifth. */
  readonly opening: number;
}

/** Landmarks of MediaPipe's 468. */
const corners = [61, 291] as const;
const innerLips = [13, 14] as const;
const rightEye = [33, 133] as const;
const leftEye = [362, 263] as const;

/**
 * How wide and how open a mouth is.
 * @param points [468, 3], x and y in pixels, z in about the same unit, as `FaceLandmarks` has them
 */
export function mouthOf(points: Float32Array): Mouth {
  const middle = ([a, b]: readonly [number, number]): readonly number[] =>
    [0, 1, 2].map((axis) => (points[3 * a + axis]! + points[3 * b + axis]!) / 2);
  const at = (index: number): readonly number[] => [...points.subarray(3 * index, 3 * index + 3)];
  const between = (a: readonly number[], b: readonly number[]): number =>
    Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
  const eyes = Math.max(between(middle(rightEye), middle(leftEye)), 1e-6);
  return {
    width: between(at(corners[0]), at(corners[1])) / eyes,
    opening: between(at(innerLips[0]), at(innerLips[1])) / eyes,
  };
}
