import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import type { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { AssetError, ShapeError } from '../../runtime/core/errors.js';
import { arkitNameOf } from '../arkitNames.js';
import type { PersonalizedHeadMembers } from '../node/members.js';
import { optionsOf } from '../options.js';
import { tellOnce } from '../tellOnce.js';
import { faceAmountsOf } from '../vocabulary/faceNames.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import { listUnknown } from '../vocabulary/givenAmounts.js';
import { isInOtherUnit, largestInfluence, mixedTrack, type TrackPart } from './clipTracks.js';
import { headTurn } from './headTurn.js';

/** A head's morph targets by the name that clips know them by: ARKit's where it is one, else their own. */
export function targetsOf({ morphTargetManager: manager }: Mesh): ReadonlyMap<string, MorphTarget> {
  const targets = new Map<string, MorphTarget>();
  for (let i = 0; i < (manager?.numTargets ?? 0); i++) {
    const target = manager!.getTarget(i);
    const name = arkitNameOf(target.name) ?? target.name;
    if (!targets.has(name)) targets.set(name, target);
  }
  return targets;
}

/** Nodes have a name too, and a node `jawOpen` is no expression. Told by what they have: bundles share no classes. */
export const morphName = (target: unknown): string | undefined => {
  const { name, influence } = (target ?? {}) as Partial<MorphTarget>;
  if (typeof name !== 'string' || typeof influence !== 'number') return undefined;
  return arkitNameOf(name) ?? name;
};

const influences = (animation: Animation): boolean => animation.targetProperty === 'influence';

export interface RetargetOptions {
  /** Of the new group; default: the clip's. */
  readonly name?: string;
  /** Called with every morph target of the clip that the head lacks. Default: one warning that lists them. */
  readonly onMissing?: (name: string) => void;
  /** Turn a Personalized Head as the clip turns its figure's head and neck; default: true. */
  readonly pose?: boolean;
}

/** Plain meshes have none. */
const poseNodeOf = (head: Mesh): TransformNode | undefined => (head as Partial<PersonalizedHeadMembers>).poseNode;

/** What a clip's name moves of a head: targets with their share; none where it lacks them. */
export function partsOf(
  name: string,
  targets: ReadonlyMap<string, MorphTarget>,
): readonly (readonly [MorphTarget, number])[] {
  const own = targets.get(name);
  if (own) return [[own, 1]];
  return Object.entries(faceAmountsOf(name) ?? {}).flatMap(([part, share]) => {
    const target = targets.get(part);
    return target ? [[target, share] as const] : [];
  });
}

/** The clip's influences by the target that they move, each name once. */
function tracksOf(
  clip: AnimationGroup,
  head: Mesh,
): { readonly tracks: ReadonlyMap<MorphTarget, TrackPart[]>; readonly missing: readonly string[] } {
  const targets = targetsOf(head);
  const tracks = new Map<MorphTarget, TrackPart[]>();
  const seen = new Set<string>();
  const missing = new Set<string>();
  for (const { animation, target } of clip.targetedAnimations) {
    const name = influences(animation) ? morphName(target) : undefined;
    if (name === undefined || seen.has(name)) continue;
    seen.add(name);
    const parts = partsOf(name, targets);
    // A face at rest moves nothing, and nothing of it is missing.
    const amounts = faceAmountsOf(name);
    const isAtRest = amounts !== undefined && Object.keys(amounts).length === 0;
    if (parts.length === 0 && !isAtRest) missing.add(name);
    for (const [part, share] of parts) tracks.set(part, [...(tracks.get(part) ?? []), { animation, share }]);
  }
  return { tracks, missing: [...missing] };
}

/**
 * A clip for another face, made to play on a head: morph targets are found by their names, of any vocabulary
 * (`faceAmountsOf`: ARKit's in any spelling, visemes, VRM presets, Ready Player Me's), and what the clip's head and neck do,
 * by usual names of joints or by what carries the face, turns the head's pose node (see `headTurn`: the clip must not have
 * been played). Everything else of the clip is left out, and so are targets that the head lacks. Where several meshes of the
 * clip (face, teeth, tongue) have the same target, the first counts. The clip stays as it was.
 * @throws AssetError where nothing of the clip is for such a head, or its amounts are in another unit; nothing is made
 */
export function retargetAnimationGroup(
  clip: AnimationGroup,
  head: Mesh,
  options: RetargetOptions = {},
): AnimationGroup {
  const where = 'retargetAnimationGroup';
  expectHead(where, head);
  expectClip(where, clip);
  const { name, onMissing, pose } = optionsOf(where, options, ['name', 'onMissing', 'pose']);
  const { tracks, missing } = tracksOf(clip, head);
  const poseNode = pose === false ? undefined : poseNodeOf(head);
  const turn = poseNode ? headTurn(clip, !head.getScene().useRightHandedSystem) : null;
  if (tracks.size === 0 && !turn) {
    throw new AssetError(
      'retarget/clip',
      `${where}: expected a clip that moves morph targets of ${head.name} or turns a head, got "${clip.name}", which moves ` +
        `${missing.length > 0 ? listUnknown(missing) : 'none'}. Name them as ARKit does.`,
    );
  }
  const odd = [...tracks.values()].flat().find(({ animation }) => isInOtherUnit(animation));
  if (odd) {
    throw new AssetError(
      'retarget/units',
      `${where}: expected influences of 0 to 1, got up to ${largestInfluence(odd.animation)} in "${clip.name}". ` +
        'Divide percent by 100 where the clip is written.',
    );
  }
  if (onMissing) for (const one of missing) onMissing(one);
  else if (missing.length > 0) {
    tellOnce(head, `${head.name}: clip "${clip.name}": it has no ${listUnknown(missing)}; left out.`);
  }
  const group = new AnimationGroup(name ?? clip.name, head.getScene());
  for (const [target, parts] of tracks) group.addTargetedAnimation(mixedTrack(target.name, parts), target);
  if (turn && poseNode) {
    poseNode.rotationQuaternion ??= poseNode.rotation.toQuaternion();
    group.addTargetedAnimation(turn, poseNode);
  }
  group.normalize(clip.from, clip.to);
  group.speedRatio = clip.speedRatio;
  group.loopAnimation = clip.loopAnimation;
  return group;
}

/** @throws ShapeError `retarget/head` for what is no mesh */
export function expectHead(where: string, head: unknown): asserts head is Mesh {
  if (typeof (head as Partial<Mesh> | null | undefined)?.getScene === 'function') return;
  throw new ShapeError('retarget/head', `${where}: expected a head's mesh, got ${kindOf(head)}.`);
}

function expectClip(where: string, clip: unknown): void {
  if (Array.isArray((clip as Partial<AnimationGroup> | null | undefined)?.targetedAnimations)) return;
  throw new ShapeError('retarget/clip', `${where}: expected an AnimationGroup, got ${kindOf(clip)}.`);
}
