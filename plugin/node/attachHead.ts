import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { showOwnFace } from '../behaviors/faceMixer.js';
import { isSavedWithoutPositions, serializeWithoutPositions } from '../saving/lightTargets.js';
import type { HeadLoadRequest } from './headLoad.js';
import { fileSafe, neckId, newUniqueId, poseId, targetId } from './ids.js';
import { defineMembers } from './defineMembers.js';
import { mergeOptions } from './mergeOptions.js';
import { copyMetadata, headMetadata, setHeadMetadata } from './metadata.js';
import { PersonalizedHead } from './personalizedHead.js';
import { SceneHeads } from './sceneHeads.js';

/** The heads of a scene; saved ones that come into it are attached from now on. */
export const headsOf = (scene: Scene): SceneHeads => SceneHeads.Of(scene, (mesh) => void attachHead(mesh));

/**
 * Makes a head of a mesh that has a head's metadata; a head that it is already stays as it is.
 * @param request what it is loaded with; default: what the scene says
 */
export function attachHead(mesh: Mesh, request?: HeadLoadRequest): PersonalizedHead {
  const existing = PersonalizedHead.Of(mesh);
  if (existing) return existing;
  const heads = headsOf(mesh.getScene());
  const head = new PersonalizedHead(mesh, request ?? { options: mergeOptions(heads.options) }, heads, defineMembers);
  mesh.onClonedObservable.add((clone) => attachClone(head, clone));
  return head;
}

/** Morph targets and pose nodes are found by the mesh's id when a scene is loaded. */
export function makeIdUnique(mesh: Mesh): void {
  const scene = mesh.getScene();
  const { id } = mesh;
  const taken = (): boolean => scene.meshes.some((other) => other !== mesh && other.id === mesh.id);
  for (let i = 2; taken(); i++) mesh.id = `${id}-${i}`;
}

/** A clone is a head of its own: Babylon would have it share its source's face, and copies members as values. */
function attachClone(source: PersonalizedHead, node: Node): void {
  const metadata = headMetadata(source.mesh);
  if (!metadata || !isMesh(node) || PersonalizedHead.Of(node)) return;
  const clone = node;
  // What behaviours add is not part of the face.
  showOwnFace(source.mesh);
  forgetCopies(source, clone);
  setHeadMetadata(clone, copyMetadata(metadata));
  clone.id = fileSafe(clone.id);
  makeIdUnique(clone);
  clone.morphTargetManager = ownManager(source.mesh, clone.id);
  adoptChildren(source, clone);
  const { options, given } = source.request;
  const borrowed = source.owns(clone.material) ? { borrowedMaterial: clone.material } : {};
  const { yaw, pitch, roll } = source.pose;
  const { pose } = attachHead(clone, { options, ...(given ? { given } : {}), ...borrowed });
  Object.assign(pose, { yaw, pitch, roll });
}

/** Members that `clone` has copied as plain values. Tools wrap other properties of a mesh, which are none of ours. */
function forgetCopies({ memberNames }: PersonalizedHead, clone: Mesh): void {
  for (const name of memberNames) {
    if (!Object.hasOwn(clone, name)) continue;
    // Textures and nodes are cloned.
    const copy = Reflect.get(clone, name) as { dispose?: () => void } | null | undefined;
    if (typeof copy?.dispose === 'function') copy.dispose();
    Reflect.deleteProperty(clone, name);
  }
}

const isMesh = (node: Node): node is Mesh => node.getClassName() === 'Mesh';
const isHidden = (node: Node): boolean => (node.reservedDataStore as { hidden?: boolean } | undefined)?.hidden === true;

function ownManager(mesh: Mesh, id: string): Mesh['morphTargetManager'] {
  const source = mesh.morphTargetManager;
  const manager = source?.clone() ?? null;
  for (let i = 0; source && manager && i < manager.numTargets; i++) {
    const target = manager.getTarget(i);
    target.id = targetId(id, target.name);
    // A clone may be saved before it has loaded what its source has.
    if (isSavedWithoutPositions(source.getTarget(i))) serializeWithoutPositions(target);
  }
  return manager;
}

/** The clone's pose nodes are cloned with it; so is the picture, which it must make itself. */
function adoptChildren({ mesh, poseNode }: PersonalizedHead, clone: Mesh): void {
  const copyOf = (child: Node, parent: Node): Node | undefined =>
    parent.getChildren((node) => node.name === `${parent.name}.${child.name}`)[0];
  for (const child of mesh.getChildren()) {
    if (isHidden(child)) copyOf(child, clone)?.dispose();
    if (child !== poseNode.parent) continue;
    const neck = copyOf(child, clone);
    const pose = neck && copyOf(poseNode, neck);
    if (neck) Object.assign(neck, { id: neckId(clone.id), uniqueId: newUniqueId() });
    if (pose) Object.assign(pose, { id: poseId(clone.id), uniqueId: newUniqueId() });
  }
}
