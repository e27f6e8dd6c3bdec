import { euclidean } from '../../../vectors.js';
import type { SeenFace, SeenPhoto } from '../seePhoto.js';
import type { FoundPeople } from '../preparedPhotos.js';
import { groupFaces, isAmbiguous } from './groupFaces.js';

/** The face of a photo that is the person's, or is the most like it. */
export interface PersonFace {
  readonly face: SeenFace;
  /** Of its descriptor to the person's centroid; null without descriptors. */
  readonly distance: number | null;
}

/** Everybody in some photos. */
export interface PeopleInPhotos {
  readonly found: FoundPeople;
  /** Of each person, in the same order; empty without descriptors. */
  readonly centroids: readonly Float32Array[];
}

/** Groups the faces of all photos. Without descriptors nobody can be told from anybody: there is one person, the largest face. */
export function findPeople(photos: readonly SeenPhoto[]): PeopleInPhotos {
  const faces = photos.flatMap(({ file, faces: seen }) => seen.map((face) => ({ file, face })));
  const first = faces[0];
  if (!first) return { found: { people: [], isAmbiguous: false }, centroids: [] };
  const described = faces.filter(({ face }) => face.descriptor !== null);
  if (described.length === 0) {
    const files = photos.filter((photo) => photo.faces.length > 0).map(({ file }) => file);
    return { found: { people: [{ files, face: first.face.thumbnail }], isAmbiguous: false }, centroids: [] };
  }
  const groups = groupFaces(described.map(({ face }) => face.descriptor!)).map((group) => ({
    centroid: group.centroid,
    files: [...new Set(group.faces.map((i) => described[i]!.file))],
    face: described[group.faces[0]!]!.face.thumbnail,
  }));
  groups.sort((a, b) => b.files.length - a.files.length);
  return {
    found: {
      people: groups.map(({ files, face }) => ({ files, face })),
      isAmbiguous: isAmbiguous(groups.map(({ files }) => ({ photos: files.length }))),
    },
    centroids: groups.map(({ centroid }) => centroid),
  };
}

/** @param centroid of the person; null: the largest face is taken */
export function faceOfPerson({ faces }: SeenPhoto, centroid: Float32Array | null): PersonFace | null {
  if (!centroid) return faces[0] ? { face: faces[0], distance: null } : null;
  let best: PersonFace | null = null;
  for (const face of faces) {
    if (!face.descriptor) continue;
    const distance = euclidean(face.descriptor, centroid);
    if (!best || distance < best.distance!) best = { face, distance };
  }
  return best;
}
