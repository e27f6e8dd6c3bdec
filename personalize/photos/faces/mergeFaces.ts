import type { DetectedFace } from './faceNets.js';

type Box = DetectedFace['box'];

/** Boxes that share more than this are one face's. */
const sameFace = 0.3;

/** Intersection over union. */
export function boxOverlap(a: Box, b: Box): number {
  const shared = (along: 'x' | 'y'): number => {
    const [center, size] = along === 'x' ? (['cx', 'width'] as const) : (['cy', 'height'] as const);
    const end = Math.min(a[center] + a[size] / 2, b[center] + b[size] / 2);
    return Math.max(0, end - Math.max(a[center] - a[size] / 2, b[center] - b[size] / 2));
  };
  const intersection = shared('x') * shared('y');
  return intersection / (a.width * a.height + b.width * b.height - intersection);
}

/** Cosine of the angle that two looks at one face may differ by; a face upside down is also seen upright, but less surely. */
const sameRoll = Math.SQRT1_2;

/** Cosine of the angle between the lines from the right to the left eye. */
function rollCosine({ points: a }: DetectedFace, { points: b }: DetectedFace): number {
  const [ax, ay, bx, by] = [a[2]! - a[0]!, a[3]! - a[1]!, b[2]! - b[0]!, b[3]! - b[1]!];
  return (ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by));
}

/** Mean by score of those turned as the first and best one, whose score it takes. */
function meanFace(looks: readonly DetectedFace[]): DetectedFace {
  const best = looks[0]!;
  const faces = looks.filter((face) => face === best || rollCosine(face, best) > sameRoll);
  const total = faces.reduce((sum, { score }) => sum + score, 0);
  const mean = (value: (face: DetectedFace) => number): number =>
    faces.reduce((sum, face) => sum + face.score * value(face), 0) / total;
  return {
    score: best.score,
    box: {
      cx: mean(({ box }) => box.cx),
      cy: mean(({ box }) => box.cy),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    points: best.points.map((_, i) => mean(({ points }) => points[i]!)),
  };
}

/** Weighted non-maximum suppression: the faces that overlap the best one become one with it, and so on. Best first. */
export function mergeFaces(faces: readonly DetectedFace[]): DetectedFace[] {
  let rest = [...faces].sort((a, b) => b.score - a.score);
  const merged: DetectedFace[] = [];
  while (rest.length > 0) {
    const best = rest[0]!;
    const isSame = (face: DetectedFace): boolean => face === best || boxOverlap(best.box, face.box) > sameFace;
    merged.push(meanFace(rest.filter(isSame)));
    rest = rest.filter((face) => !isSame(face));
  }
  return merged;
}
