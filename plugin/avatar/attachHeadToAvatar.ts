import type { Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { PersonalizedHead } from '../node/personalizedHead.js';
import { AvatarHead, type Neckline } from './avatarHead.js';
import { findRig, type AvatarRig } from './avatarRig.js';
import { hideHead } from './hiddenHead.js';
import { headPlacement } from './placement.js';
import { personSkin, tintAvatar, tintMaterial, type SkinTint } from './skinTint.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface AvatarOptions {
  /** Name of the avatar's head bone, where it is none of the usual ones. */
  readonly bone?: string;
  /** Multiplies the head's size, which is found by the avatar's eyes or head bone. Default 1. */
  readonly scale?: number;
  /** Moves the head on the avatar, in units of the head itself (its eyes are 0.132 apart): to its own left, up, ahead. */
  readonly offset?: Vector3;
  /** false: the avatar's own head stays. Default true. */
  readonly hideHead?: boolean;
  /** Meshes on the avatar's head that stay, such as a hat or glasses. Default: none. */
  readonly keep?: (mesh: AbstractMesh) => boolean;
  /** Where the neural image ends; false: it does not. Default: height -0.25, slope 0.35, softness 0.05. */
  readonly neckline?: Partial<Neckline> | false;
  /**
   * false: the avatar's skin keeps its colour. Default: materials that are named as skin or body are multiplied with the colour
   * that makes them the person's. A function sets each of them itself.
   */
  readonly tint?: boolean | SkinTint;
  /** The person's skin, display values (sRGB), 0..1. Default: measured. */
  readonly skin?: readonly [number, number, number];
}

/** A head on an avatar, until it is disposed. */
export interface AvatarAttachment {
  readonly head: PersonalizedHeadMesh;
  readonly avatar: TransformNode;
  /** Name of the bone. */
  readonly bone: string;
  /** The person's skin that the avatar was tinted to, display values; null where it was not measured. */
  readonly skin: readonly [number, number, number] | null;
  /** Gives the avatar its own head and colours back, and the head its place. */
  dispose(): void;
}

const defaultNeckline: Neckline = { height: -0.25, slope: 0.35, softness: 0.05 };

/** Heads that are on avatars, and the bones that have one. */
const attached = new WeakMap<PersonalizedHeadMesh, AvatarAttachment>();
const taken = new WeakMap<object, PersonalizedHeadMesh>();

function requireFree(head: PersonalizedHeadMesh, rig: AvatarRig): object {
  const at = `AttachHeadToAvatarAsync: ${rig.root.name}`;
  const before = attached.get(head);
  if (before) {
    throw new AssetError(
      'avatar/attached',
      `${at}: expected a head that is on no avatar, ${head.name} is on ${before.avatar.name}. Dispose that attachment, or clone the head.`,
    );
  }
  const place: object = rig.head.getTransformNode() ?? rig.head;
  const other = taken.get(place);
  if (other) {
    throw new AssetError(
      'avatar/taken',
      `${at}: expected an avatar without a neural head, its bone ${rig.head.name} has ${other.name}. Dispose that attachment first.`,
    );
  }
  return place;
}

/**
 * Puts a head onto an avatar in place of its own: finds the head bone, aligns the head by the avatar's eyes or by that bone, hides the
 * avatar's own head, ends the neural image at the neck and tints the avatar's skin. From then on the skeleton moves the
 * head: what its neck and head do is the head's pose in every frame, and what behaviours (`LookAtBehavior`, `Drive`) turn is
 * added to it; values that are set to `head.pose` otherwise are overwritten. Do not play a clip on both, skeleton and head.
 *
 * Clips, blending, root motion and ragdolls need nothing more. The avatar's file, geometry and materials are not changed, so
 * that other avatars of the same file keep their heads.
 * @param avatar root node or mesh of one rigged figure: of a glTF file the first of `meshes` or an `instantiateModelsToScene` root
 * @returns undoes it all; disposed with the head or the avatar
 * @throws AssetError where the avatar is not skinned (`avatar/skin`), has no head bone (`avatar/bone`, lists its bones) or several
 *   (`avatar/heads`), is an instance (`avatar/instance`), or has or is given a head that is on an avatar (`avatar/taken`,
 *   `avatar/attached`); nothing has changed then
 */
export async function AttachHeadToAvatarAsync(
  head: PersonalizedHeadMesh,
  avatar: TransformNode,
  options: AvatarOptions = {},
): Promise<AvatarAttachment> {
  expectGiven('AttachHeadToAvatarAsync', 'node', head);
  expectGiven('AttachHeadToAvatarAsync: avatar', 'node', avatar);
  expectGiven('AttachHeadToAvatarAsync', 'options', options);
  if (!PersonalizedHead.Of(head)) {
    throw new AssetError(
      'avatar/head',
      `AttachHeadToAvatarAsync: ${head.name} is no Personalized Head. Load it as one first.`,
    );
  }
  requireFree(head, findRig(avatar, options.bone));
  await head.whenReadyAsync();
  const skin = options.tint === false ? null : (options.skin ?? (await personSkin(head)));
  // Both may have changed meanwhile.
  const rig = findRig(avatar, options.bone);
  const place = requireFree(head, rig);
  taken.set(place, head);
  const neckline = options.neckline === false ? null : { ...defaultNeckline, ...options.neckline };
  let restoreTint = (): void => undefined;
  let disposed = false;
  const carried = new AvatarHead(head, rig, headPlacement(rig, options), neckline);
  const restoreHead =
    options.hideHead === false ? undefined : hideHead(rig, (mesh) => mesh === head || options.keep?.(mesh) === true);
  const attachment: AvatarAttachment = {
    ...{ head, avatar, bone: rig.head.name, skin },
    dispose: () => {
      if (disposed) return;
      disposed = true;
      observers.forEach((observer) => observer.remove());
      attached.delete(head);
      taken.delete(place);
      carried.dispose();
      restoreTint();
      restoreHead?.();
    },
  };
  const observers = [head, avatar].map((node) => node.onDisposeObservable.add(() => attachment.dispose()));
  attached.set(head, attachment);
  if (skin) {
    const restore = await tintAvatar(rig, skin, typeof options.tint === 'function' ? options.tint : tintMaterial);
    // TypeScript does not see that somebody may have disposed it meanwhile.
    if (disposed as boolean) restore();
    else restoreTint = restore;
  }
  return attachment;
}
