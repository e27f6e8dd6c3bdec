import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import type { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { AssetError } from '../../runtime/core/errors.js';
import { arkitNameOf } from '../arkitNames.js';
import type { PersonalizedHeadMembers } from '../node/members.js';
import { headTurn } from './headTurn.js';

/** A head's morph targets by the name that clips know them by: ARKit's where it is one, else their own. */
function targetsOf({ morphTargetManager: manager }: Mesh): ReadonlyMap<string, MorphTarget> {
  const targets = new Map<string, MorphTarget>();
  for (let i = 0; i < (manager?.numTargets ?? 0); i++) {
    const target = manager!.getTarget(i);
    const name = arkitNameOf(target.name) ?? target.name;
    if (!targets.has(name)) targets.set(name, target);
  }
  return targets;
}

/** Nodes have a name too, and a node `jawOpen` is no expression. Told by what they have: bundles share no classes. */
const morphName = (target: unknown): string | undefined => {
  const { name, influence } = (target ?? {}) as Partial<MorphTarget>;
  if (typeof name !== 'string' || typeof influence !== 'number') return undefined;
  return arkitNameOf(name) ?? name;
};

const influences = (animation: Animation): boolean => animation.targetProperty === 'influence';

export interface RetargetOptions {
  /** Of the new group; default: the clip's. */
  readonly name?: string;
  /** Called with every morph target of the clip that the head lacks. */
  readonly onMissing?: (name: string) => void;
  /** Turn a Personalized Head as the clip turns its figure's head and neck; default: true. */
  readonly pose?: boolean;
}

/** Plain meshes have none. */
const poseNodeOf = (head: Mesh): TransformNode | undefined => (head as Partial<PersonalizedHeadMembers>).poseNode;

/**
 * A clip for another face, made to play on a head: morph targets are found by their names, in any spelling of ARKit's, and
 * what the clip's head and neck do, by usual names of joints, turns the head's pose node (see `headTurn`: the clip must not
 * have been played). Everything else of the clip is left out, and so are targets that the head lacks. Where several meshes of
 * the clip (face, teeth, tongue) have the same target, the first counts. The clip stays as it was.
 * @throws AssetError where nothing of the clip is for such a head; nothing is made
 */
export function retargetAnimationGroup(
  clip: AnimationGroup,
  head: Mesh,
  options: RetargetOptions = {},
): AnimationGroup {
  const targets = targetsOf(head);
  const tracks = new Map<MorphTarget, Animation>();
  const missing = new Set<string>();
  for (const { animation, target } of clip.targetedAnimations) {
    const name = influences(animation) ? morphName(target) : undefined;
    if (name === undefined) continue;
    const found = targets.get(name);
    if (!found) missing.add(name);
    else if (!tracks.has(found)) tracks.set(found, animation.clone(true));
  }
  const poseNode = options.pose === false ? undefined : poseNodeOf(head);
  const turn = poseNode ? headTurn(clip, !head.getScene().useRightHandedSystem) : null;
  if (tracks.size === 0 && !turn) {
    throw new AssetError(
      'retarget/clip',
      `retargetAnimationGroup: expected a clip that moves morph targets of ${head.name} or turns a head, got "${clip.name}", which moves ` +
        `${missing.size > 0 ? [...missing].slice(0, 8).join(', ') : 'none'}. Name them as ARKit does.`,
    );
  }
  for (const name of missing) options.onMissing?.(name);
  const group = new AnimationGroup(options.name ?? clip.name, head.getScene());
  for (const [target, animation] of tracks) group.addTargetedAnimation(animation, target);
  if (turn && poseNode) {
    poseNode.rotationQuaternion ??= poseNode.rotation.toQuaternion();
    group.addTargetedAnimation(turn, poseNode);
  }
  group.normalize(clip.from, clip.to);
  group.speedRatio = clip.speedRatio;
  group.loopAnimation = clip.loopAnimation;
  return group;
}
