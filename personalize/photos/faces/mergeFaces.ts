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

/** Mean by score; the score is the best one's. */
function meanFace(faces: readonly DetectedFace[]): DetectedFace {
  const total = faces.reduce((sum, { score }) => sum + score, 0);
  const mean = (value: (face: DetectedFace) => number): number =>
    faces.reduce((sum, face) => sum + face.score * value(face), 0) / total;
  return {
    score: faces[0]!.score,
    box: {
      cx: mean(({ box }) => box.cx),
      cy: mean(({ box }) => box.cy),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    points: faces[0]!.points.map((_, i) => mean(({ points }) => points[i]!)),
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
