import { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import type { AssetContainer } from '@babylonjs/core/assetContainer.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import { mappedKeys } from './clipTracks.js';
import { isRecord } from '../../runtime/core/kindOf.js';

/** `VRMC_vrm_animation` of a .vrma file, as far as a face is concerned: which node is which joint or expression. */
interface VrmAnimation {
  readonly humanoid?: { readonly humanBones?: Readonly<Record<string, { readonly node?: number } | undefined>> };
  readonly expressions?: Readonly<
    Partial<Record<'preset' | 'custom', Readonly<Record<string, { readonly node?: number } | undefined>>>>
  >;
}

/** The extension of a parsed glTF; null where the file is no VRM animation. */
export function vrmAnimationOf(json: unknown): VrmAnimation | null {
  const { extensions } = isRecord(json) ? json : {};
  const found = isRecord(extensions) ? extensions.VRMC_vrm_animation : undefined;
  return isRecord(found) ? found : null;
}

/** The loader notes where in the file a node came from. */
function indexOf(node: TransformNode): number {
  const { gltf } = (node as { _internalMetadata?: { gltf?: { pointers?: string[] } } })._internalMetadata ?? {};
  return Number(/^\/nodes\/(\d+)$/.exec(gltf?.pointers?.[0] ?? '')?.[1] ?? -1);
}

/** An expression's weight is its node's translation in x. */
function weightTrack(animation: Animation): Animation {
  const track = new Animation(animation.name, 'influence', animation.framePerSecond, Animation.ANIMATIONTYPE_FLOAT);
  const x = (value: unknown): number | undefined => (isRecord(value) ? (value as unknown as Vector3).x : undefined);
  track.setKeys(mappedKeys(animation, x));
  return track;
}

/**
 * The clips of a VRM animation in the form that faces have them: expressions as influences by their names, and its head and
 * neck under names that joints are known by. The container is thrown away afterwards; its nodes are renamed.
 */
export function clipsOfVrmAnimation(container: AssetContainer, file: VrmAnimation): AnimationGroup[] {
  const nodes = new Map([...container.transformNodes, ...container.meshes].map((node) => [indexOf(node), node]));
  // The loader's own root is no node of the file.
  nodes.delete(-1);
  for (const bone of ['head', 'neck']) {
    const node = nodes.get(file.humanoid?.humanBones?.[bone]?.node ?? -1);
    if (node) node.name = bone;
  }
  const expressions = new Map<unknown, { readonly name: string; readonly influence: number }>();
  for (const table of [file.expressions?.preset, file.expressions?.custom]) {
    for (const [name, entry] of Object.entries(table ?? {})) {
      const node = nodes.get(entry?.node ?? -1);
      if (node) expressions.set(node, { name, influence: 0 });
    }
  }
  return container.animationGroups.map((group) => {
    const clip = new AnimationGroup(group.name, container.scene);
    for (const { animation, target } of group.targetedAnimations) {
      const expression = expressions.get(target);
      if (!expression) clip.addTargetedAnimation(animation, target as object);
      else if (animation.targetProperty === 'position') clip.addTargetedAnimation(weightTrack(animation), expression);
    }
    clip.normalize(group.from, group.to);
    return clip;
  });
}
