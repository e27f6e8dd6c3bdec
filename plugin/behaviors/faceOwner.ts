import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';

/** Under this key for every copy of this module, as the mixer. */
const ownerKey = Symbol.for('PersonalizedHead.faceOwner');
interface Owned {
  [ownerKey]?: (() => void) | undefined;
}
const owned = (mesh: Mesh): Owned => mesh as unknown as Owned;

/** Names what sets a face's own values in every frame, such as the skeleton that carries it; behaviours add to what it set. */
export function setFaceOwner(mesh: Mesh, update: (() => void) | null): void {
  owned(mesh)[ownerKey] = update ?? undefined;
}

/** Has the owner set them for this frame. */
export function updateFaceOwner(mesh: Mesh): void {
  owned(mesh)[ownerKey]?.();
}
