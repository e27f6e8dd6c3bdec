import type { Bone } from '@babylonjs/core/Bones/bone.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import { mirrorOf } from '../image/headCamera.js';
import { headBoneOf, sideOf } from '../retarget/boneNames.js';
import { bindPlace, boneWorld, parentsOf, type AvatarRig } from './avatarRig.js';
import { headShares, skinOf } from './skinWeights.js';

/** Where the heads of EG3D's bases have what skeletons name; head space, measured on the embedded base and MakeHuman's Mixamo rig. */
const middleOfEyes = new Vector3(0, 0.005, 0.0875);
const eyeDistance = 0.132;
const headJoint = new Vector3(0, -0.168, -0.117);
const headLength = 0.425;

/**
 * Eyes nearer together or further apart than this share of the head's bone are no joints of eyes: people have 0.31, Ready Player
 * Me's 0.34; VRoid puts joints behind its flat eyes, 0.13.
 */
const plausibleEyes = { least: 0.2, most: 0.8 };
/** Cosine of 20 degrees: figures are bound upright, and a bone that leans a little does not tilt its head. */
const nearlyAxis = 0.94;

/** The head's own left and up and where it looks, unit length, in the skin's space. */
interface Axes {
  readonly left: Vector3;
  readonly up: Vector3;
  readonly ahead: Vector3;
}

export interface PlacementOptions {
  /** Multiplies the size that was found. Default 1. */
  readonly scale?: number;
  /** Moves the head, in units of the head itself (its eyes are 0.132 apart): to its own left, up, ahead. */
  readonly offset?: Vector3;
}

const snapped = (direction: Vector3): Vector3 => {
  const unit = direction.normalizeToNew();
  for (const axis of [Vector3.Right(), Vector3.Up(), new Vector3(0, 0, 1)]) {
    const share = Vector3.Dot(unit, axis);
    if (Math.abs(share) > nearlyAxis) return axis.scaleInPlace(Math.sign(share));
  }
  return unit;
};

const across = (direction: Vector3, axis: Vector3): Vector3 =>
  direction.subtract(axis.scale(Vector3.Dot(direction, axis)));

/** From what is on the right to what is on the left, by every pair of bones. */
function leftOf({ head }: AvatarRig): Vector3 {
  const pairs = new Map<string, { left?: Bone; right?: Bone }>();
  for (const bone of head.getSkeleton().bones) {
    const found = sideOf(bone.name);
    if (found) pairs.set(found.rest, { ...pairs.get(found.rest), [found.side]: bone });
  }
  const sum = Vector3.Zero();
  for (const { left, right } of pairs.values()) {
    if (left && right) sum.addInPlace(bindPlace(left).subtract(bindPlace(right)));
  }
  return sum;
}

function axesOf(rig: AvatarRig): Axes {
  const { head, mesh } = rig;
  const toWorld = head.getAbsoluteInverseBindMatrix().multiply(boneWorld(head, mesh));
  // A left-handed scene's head is a mirror image of head space, and so is a file's space in such a scene.
  const turning = mirrorOf(mesh.getScene().useRightHandedSystem) * Math.sign(toWorld.determinant() || 1);
  const joint = bindPlace(head);
  const root = parentsOf(head).at(-1) ?? head;
  // Figures stand over their root; where that is in the head itself, over their trunk.
  const below = [root, ...(rig.carrier ? [rig.carrier] : [])].map((bone) => joint.subtract(bindPlace(bone)));
  let up = snapped(below.find((rise) => rise.length() > 1e-6) ?? Vector3.Up());
  let left = across(leftOf(rig), up);
  if (!(left.length() > 1e-6)) {
    // Nothing has sides: faces look along +z, as glTF wants it.
    left = across(Vector3.Cross(up, new Vector3(0, 0, turning)), up);
    if (!(left.length() > 1e-6)) left = across(Vector3.Right(), up);
  }
  left = snapped(left);
  up = across(up, left).normalize();
  return { left, up, ahead: Vector3.Cross(left, up).scaleInPlace(turning) };
}

/** How long the head's bone is, to the crown. */
function boneLength(rig: AvatarRig, { up }: Axes): number {
  const joint = bindPlace(rig.head);
  const rise = (place: Vector3): number => Vector3.Dot(place.subtract(joint), up);
  const ends = rig.head.children.filter(
    ({ name }) => /end|top|nub|tail|tip/i.test(name) && headBoneOf(name) === undefined,
  );
  const end = Math.max(0, ...ends.map((bone) => rise(bindPlace(bone))));
  if (end > 0) return end;
  // Where no bone ends it, the crown does: hair and hats make it a little too high.
  let highest = 0;
  for (const mesh of rig.skinned) {
    const skin = skinOf(mesh);
    const shares = skin && headShares(mesh, skin, rig.head);
    shares?.forEach((share, v) => {
      if (share > 0.5) highest = Math.max(highest, rise(Vector3.FromArray(skin!.positions, 3 * v)));
    });
  }
  return highest;
}

/**
 * Where a head belongs: from the head mesh's own space to the skin's, as the skin was bound. By the eyes' bones, else by the
 * head's bone: its joint, its length to the crown, and where left and up are.
 */
export function headPlacement(rig: AvatarRig, { scale = 1, offset = Vector3.Zero() }: PlacementOptions): Matrix {
  const axes = axesOf(rig);
  const length = boneLength(rig, axes);
  let size = length > 0 ? length / headLength : 1;
  let [here, there] = [headJoint, bindPlace(rig.head)];
  if (rig.eyes) {
    const [left, right] = [bindPlace(rig.eyes.left), bindPlace(rig.eyes.right)];
    const apart = Vector3.Distance(left, right);
    if (!(length > 0) || (apart > plausibleEyes.least * length && apart < plausibleEyes.most * length)) {
      size = apart / eyeDistance;
      [here, there] = [middleOfEyes, Vector3.Center(left, right)];
    }
  }
  size *= scale;
  const { left, up, ahead } = axes;
  const mirror = mirrorOf(rig.mesh.getScene().useRightHandedSystem);
  const from = here.subtract(offset);
  const place = there
    .subtract(left.scale(size * from.x))
    .subtractInPlace(up.scale(size * from.y))
    .subtractInPlace(ahead.scale(size * from.z));
  const row = (axis: Vector3, by: number): [number, number, number, number] => [
    by * axis.x,
    by * axis.y,
    by * axis.z,
    0,
  ];
  return Matrix.FromValues(
    ...row(left, size),
    ...row(up, size),
    ...row(ahead, mirror * size),
    place.x,
    place.y,
    place.z,
    1,
  );
}
