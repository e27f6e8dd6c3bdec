import { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import type { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import { Quaternion, type Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import { headBoneOf } from './boneNames.js';
import { framesOf } from './clipTracks.js';

/** A joint of a clip, and how it is turned at a frame: relative to its parent. */
interface Joint {
  readonly node: TransformNode;
  readonly animation: Animation;
  readonly turnAt: (frame: number) => Quaternion;
}

type Turned = Pick<TransformNode, 'rotation' | 'rotationQuaternion'>;

const restOf = ({ rotation, rotationQuaternion }: Turned): Quaternion =>
  rotationQuaternion?.clone() ?? rotation.toQuaternion();

/** Nodes that are turned, told by what they have: bundles share no classes. */
function jointOf(target: unknown, animation: Animation): Joint | null {
  const node = target as TransformNode;
  const { name, rotation } = (target ?? {}) as Partial<TransformNode>;
  if (typeof name !== 'string' || !rotation) return null;
  switch (animation.targetProperty) {
    case 'rotationQuaternion':
      return { node, animation, turnAt: (frame) => (animation.evaluate(frame) as Quaternion).clone() };
    case 'rotation':
      return { node, animation, turnAt: (frame) => (animation.evaluate(frame) as Vector3).toQuaternion() };
    default:
      return null;
  }
}

function ancestorsOf(node: Node): Node[] {
  const ancestors: Node[] = [];
  for (let parent = node.parent; parent; parent = parent.parent) ancestors.push(parent);
  return ancestors;
}

/** Babylon's glTF loader puts one over everything; below it all is as in the file: right-handed, faces along +z. */
const isGltfRoot = (node: Node): boolean => node.name === '__root__' && !node.parent;

/** What turns a face that hangs on no joint: face recorders turn the mesh, or a group that holds it. */
function carriersOf(turned: readonly Joint[], { targetedAnimations }: AnimationGroup): Joint[] {
  const moved = new Set<unknown>(
    targetedAnimations
      .filter(({ animation }) => animation.targetProperty === 'influence')
      .map(({ target }) => target as unknown),
  );
  const isFace = (node: Node): boolean => {
    const manager = (node as Node & Partial<Pick<Mesh, 'morphTargetManager'>>).morphTargetManager;
    for (let i = 0; i < (manager?.numTargets ?? 0); i++) if (moved.has(manager!.getTarget(i))) return true;
    return false;
  };
  return turned.filter(({ node }) => isFace(node) || node.getDescendants(false, isFace).length > 0);
}

/**
 * The head and the necks that carry it, from the root outwards; of several heads the first. Where no joint has such a name,
 * what carries the face.
 */
function jointsOf(clip: AnimationGroup): Joint[] {
  const turned = clip.targetedAnimations.flatMap(({ target, animation }) => jointOf(target, animation) ?? []);
  const depth = ({ node }: Joint): number => ancestorsOf(node).length;
  turned.sort((a, b) => depth(a) - depth(b));
  const found = turned.filter(({ node }) => headBoneOf(node.name));
  if (found.length === 0) return carriersOf(turned, clip);
  const end = found.find(({ node }) => headBoneOf(node.name) === 'head') ?? found.at(-1)!;
  const carriers = new Set<Node>([end.node, ...ancestorsOf(end.node)]);
  return found.filter(({ node }) => carriers.has(node));
}

/** How the joint's parent is turned at rest, in the space of the whole figure. */
function parentRest(node: Node): Quaternion {
  return ancestorsOf(node)
    .filter((ancestor): ancestor is Node & Turned => !isGltfRoot(ancestor) && 'rotation' in ancestor)
    .reduce((turn, ancestor) => restOf(ancestor).multiply(turn), Quaternion.Identity());
}

/**
 * How a clip turns its figure's head, as a track for a head's pose node: what neck and head do beyond how their nodes stand
 * now, which counts as their rest (do not play the clip before). The body's own turns are left out.
 * @param leftHanded is the scene, and with it the pose node
 * @returns a track for `rotationQuaternion`; null where the clip turns no head
 */
export function headTurn(clip: AnimationGroup, leftHanded: boolean): Animation | null {
  const joints = jointsOf(clip);
  const [first] = joints;
  if (!first) return null;
  const isGltf = ancestorsOf(first.node).some(isGltfRoot);
  // The pose node faces +z. Where it is left-handed, the file's space is mirrored in x; a left-handed scene's own figures
  // face -z, as our heads do, and are turned about.
  const [x, y, z] = !leftHanded ? [1, 1, 1] : isGltf ? [1, -1, -1] : [-1, 1, -1];
  const moves = joints.map(({ node, turnAt }) => {
    const parent = parentRest(node);
    const back = restOf(node).conjugate().multiply(parent.conjugate());
    return (frame: number) => parent.multiply(turnAt(frame)).multiply(back);
  });
  let before = Quaternion.Identity();
  // The product of two turns is no straight line between their keys.
  const frames = framesOf(
    joints.map(({ animation }) => animation),
    joints.length > 1,
  );
  const keys = frames.map((frame) => {
    const turn = moves.reduce((sum, move) => sum.multiply(move(frame)), Quaternion.Identity()).normalize();
    const value = new Quaternion(x * turn.x, y * turn.y, z * turn.z, turn.w);
    // The nearer of the two ways round.
    if (Quaternion.Dot(value, before) < 0) value.scaleInPlace(-1);
    before = value;
    return { frame, value };
  });
  const { animation } = first;
  const property = 'rotationQuaternion';
  const track = new Animation(
    `${clip.name} head`,
    property,
    animation.framePerSecond,
    Animation.ANIMATIONTYPE_QUATERNION,
    animation.loopMode,
  );
  track.setKeys(keys);
  return track;
}
