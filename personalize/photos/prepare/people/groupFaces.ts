import { euclidean, meanVector } from '../../../vectors.js';

/** Faces that are taken for one person. */
export interface FaceGroup {
  /** Mean descriptor. */
  readonly centroid: Float32Array;
  /** Indices of the faces, nearest to the centroid first. */
  readonly faces: readonly number[];
}

/** dlib's distance below which two faces are neighbours. */
const near = 0.5;
/** Distance to the centroid up to which a face belongs to the person, and from which it is only likely. */
export const personLimits = { refuse: 0.55, warn: 0.5 } as const;

/**
 * Groups faces into people: the densest descriptor, whose neighbours are the most, gives the first group's centroid; all
 * faces near that are the group; then the same with the faces that are left.
 * @returns the largest first; a face that is near nobody is a group of its own
 */
export function groupFaces(descriptors: readonly Float32Array[]): FaceGroup[] {
  let left = descriptors.map((_, i) => i);
  const groups: FaceGroup[] = [];
  while (left.length > 0) {
    const neighbours = (i: number): number[] => left.filter((k) => euclidean(descriptors[i]!, descriptors[k]!) < near);
    const core = left.map(neighbours).reduce((most, some) => (some.length > most.length ? some : most));
    const centroid = meanVector(core.map((i) => descriptors[i]!));
    const distance = (i: number): number => euclidean(descriptors[i]!, centroid);
    const faces = left.filter((i) => core.includes(i) || distance(i) <= personLimits.refuse);
    faces.sort((a, b) => distance(a) - distance(b));
    groups.push({ centroid, faces });
    left = left.filter((i) => !faces.includes(i));
  }
  return groups.sort((a, b) => b.faces.length - a.faces.length);
}

/** Whether a second person is in so many photos that the user must say who is meant. */
export function isAmbiguous(groups: readonly { readonly photos: number }[]): boolean {
  return groups.length > 1 && groups[1]!.photos > groups[0]!.photos / 2;
}
