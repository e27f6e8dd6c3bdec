import { hashKey } from '../../runtime/core/hash.js';

/**
 * An id as a file's name on every system: Babylon's Editor names a file of its project after each node and morph target.
 * Ids that are none get the hash of what they were, so that different ones stay different.
 */
export function fileSafe(id: string): string {
  const kept = id.replace(/[^\w.-]+/g, '_');
  return kept === id ? id : `${kept}-${hashKey(id).toString(16)}`;
}

/** The id of what belongs to a mesh, by which it is found when a scene is loaded: `alice.jawOpen`, `alice.neck`. */
const partId = (meshId: string, part: string): string => `${fileSafe(meshId)}.${part}`;

/** The id an AnimationGroup finds its target by when a scene is loaded. */
export const targetId = partId;
export const neckId = (meshId: string): string => partId(meshId, 'neck');
export const poseId = (meshId: string): string => partId(meshId, 'pose');

/** What an id was before colons were given up, which are no part of a file's name on Windows. */
export const formerId = (meshId: string, part: 'neck' | 'pose'): string => `${meshId}:${part}`;

/**
 * A uniqueId that no other session gives: Babylon's own are counted anew in each, and the Editor finds parents by those
 * that it has saved.
 */
export const newUniqueId = (): number => 2 ** 32 + Math.floor(Math.random() * (2 ** 53 - 2 ** 32));
