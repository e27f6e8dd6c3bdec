import type { Bone } from '@babylonjs/core/Bones/bone.js';
import type { Skeleton } from '@babylonjs/core/Bones/skeleton.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import { AssetError } from '../../runtime/core/errors.js';
import { eyeOf, headBoneOf, isHelperBone, type Side } from '../retarget/boneNames.js';

/** The bones of an avatar that a head has to do with. */
export interface AvatarRig {
  readonly root: TransformNode;
  /** Meshes that are bent by a skeleton. */
  readonly skinned: readonly AbstractMesh[];
  /** The mesh whose skeleton the bones are of. */
  readonly mesh: AbstractMesh;
  readonly head: Bone;
  /** From the head's parent downwards to the trunk; empty where the head stands on the trunk itself. */
  readonly necks: readonly Bone[];
  /** What carries neck and head: the trunk's last bone; null where the head is the skeleton's root. */
  readonly carrier: Bone | null;
  readonly eyes: Readonly<Record<Side, Bone>> | null;
}

const listed = (names: readonly string[], most = 40): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

/** From the bone's own parent to its skeleton's root. */
export const parentsOf = (bone: Bone): Bone[] => {
  const parents: Bone[] = [];
  for (let parent = bone.getParent(); parent; parent = parent.getParent()) parents.push(parent);
  return parents;
};

/** Is it this bone, or does it hang on it? */
export const hangsOn = (bone: Bone, ancestor: Bone): boolean => bone === ancestor || parentsOf(bone).includes(ancestor);

/** Meshes of a figure that have a skeleton. */
function skinnedMeshes(root: TransformNode): AbstractMesh[] {
  const meshes = root.getChildMeshes(false);
  const all = 'skeleton' in root ? [root as AbstractMesh, ...meshes] : meshes;
  return all.filter(({ skeleton }) => skeleton);
}

/** The bone of that name, or the one head; other heads than its own descendants are somebody else's. */
function headsOf(skeleton: Skeleton, wanted: string | undefined): Bone[] {
  const { bones } = skeleton;
  if (wanted !== undefined) return bones.filter(({ name }) => name === wanted).slice(0, 1);
  const named = bones.filter(({ name }) => headBoneOf(name) === 'head');
  const skin = named.filter(({ name }) => !isHelperBone(name));
  const heads = skin.length > 0 ? skin : named;
  return heads.filter((bone) => !parentsOf(bone).some((parent) => heads.includes(parent)));
}

/** Where two skins of a file share their joints they are one bone to us. */
export const sameJoint = (a: Bone, b: Bone): boolean =>
  a === b || (a.getTransformNode() !== null && a.getTransformNode() === b.getTransformNode());

function eyesOf(head: Bone): AvatarRig['eyes'] {
  const found = head.getSkeleton().bones.filter((bone) => bone !== head && hangsOn(bone, head));
  const eye = (side: Side): Bone | undefined =>
    found.find(({ name }) => eyeOf(name) === side && !isHelperBone(name)) ??
    found.find(({ name }) => eyeOf(name) === side);
  const [left, right] = [eye('left'), eye('right')];
  return left && right ? { left, right } : null;
}

/**
 * Finds an avatar's head.
 * @param bone its head bone's name, where the usual names do not tell it
 * @throws AssetError where nothing is skinned, there is no such bone, or more than one head
 */
export function findRig(root: TransformNode, bone?: string): AvatarRig {
  const at = `AttachHeadToAvatarAsync: ${root.name}`;
  const skinned = skinnedMeshes(root);
  if (skinned.length === 0) {
    const names = root.getChildMeshes(false).map(({ name }) => name);
    throw new AssetError(
      'avatar/skin',
      `${at}: expected a figure with at least one mesh that a skeleton bends, got ` +
        `${names.length > 0 ? `meshes without one: ${listed(names, 12)}` : 'no mesh'}. Pass the root node of a rigged avatar.`,
    );
  }
  const instance = skinned.find(({ isAnInstance }) => isAnInstance);
  if (instance) {
    throw new AssetError(
      'avatar/instance',
      `${at}: ${instance.name} is an instance and shares its head with its source. Make avatars with ` +
        '`instantiateModelsToScene(name, false, { doNotInstantiate: true })`.',
    );
  }
  const found: { mesh: AbstractMesh; head: Bone }[] = [];
  for (const mesh of skinned) {
    for (const head of headsOf(mesh.skeleton!, bone)) {
      if (!found.some((other) => sameJoint(other.head, head))) found.push({ mesh, head });
    }
  }
  const [first, second] = found;
  if (!first) {
    const names = [...new Set(skinned.flatMap(({ skeleton }) => skeleton!.bones.map(({ name }) => name)))];
    throw new AssetError(
      'avatar/bone',
      `${at}: expected ${bone === undefined ? 'a bone that is named as a head' : `a bone "${bone}"`}, got ${listed(names)}. ` +
        'Name one of these as the option `bone`.',
    );
  }
  if (second) {
    throw new AssetError(
      'avatar/heads',
      `${at}: expected one head, got ${found.map(({ head, mesh }) => `${head.name} of ${mesh.name}`).join(' and ')}. ` +
        'Pass the node of one figure, or name one bone as the option `bone`.',
    );
  }
  const { mesh, head } = first;
  const parents = parentsOf(head);
  const trunk = parents.findIndex(({ name }) => headBoneOf(name) !== 'neck');
  const necks = trunk < 0 ? parents : parents.slice(0, trunk);
  return {
    ...{ root, skinned, mesh, head, necks },
    carrier: parents[necks.length] ?? null,
    eyes: eyesOf(head),
  };
}

/** Where a bone stood when the skin was bound to it, in the skin's own space. */
export const bindPlace = (bone: Bone): Vector3 => Matrix.Invert(bone.getAbsoluteInverseBindMatrix()).getTranslation();

/** How a bone stands now, world space. Bones of glTF files follow nodes, others are their skeleton's. */
export function boneWorld(bone: Bone, mesh: AbstractMesh): Matrix {
  const node = bone.getTransformNode();
  // By force: within a frame Babylon keeps what it computed before clips or callbacks moved something.
  if (node) return node.computeWorldMatrix(true);
  bone.getSkeleton().prepare();
  return bone.getAbsoluteMatrix().multiply(mesh.computeWorldMatrix(true));
}
