import { Matrix, Quaternion, Vector3, Vector4 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { setFaceOwner } from '../behaviors/faceOwner.js';
import { mirrorOf } from '../image/headCamera.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { PersonalizedHead } from '../node/personalizedHead.js';
import { neckFrame } from '../node/pose.js';
import { boneWorld, type AvatarRig } from './avatarRig.js';

/** Where the neural head ends and the avatar's neck begins, head space of the head at rest. */
export interface Neckline {
  /** Height of the middle of the transition; the chin is at -0.18, the head ends at -0.33. */
  readonly height: number;
  /** How much higher it is at the nape than below the chin, a unit of depth. */
  readonly slope: number;
  /** Height of the transition. */
  readonly softness: number;
}

/** What a head and its pose node were before. */
interface Before {
  readonly parent: Node | null;
  readonly position: Vector3;
  readonly rotation: Vector3;
  readonly rotationQuaternion: Quaternion | null;
  readonly scaling: Vector3;
}

const stateOf = ({ parent, position, rotation, rotationQuaternion, scaling }: TransformNode): Before => ({
  parent,
  position: position.clone(),
  rotation: rotation.clone(),
  rotationQuaternion: rotationQuaternion?.clone() ?? null,
  scaling: scaling.clone(),
});

const restore = (node: TransformNode, { position, rotation, rotationQuaternion, scaling }: Before): void => {
  Object.assign(node, { position, rotation, rotationQuaternion, scaling });
};

/** Everything on. */
const noNeckline = (): Vector4 => new Vector4(0, 0, 0, 1);

/**
 * A head on the skeleton of an avatar. The mesh is a child of what carries the neck, and what neck and head do beyond that is
 * the head's pose, anew in every frame: behaviours know how the skeleton turns the head and add the rest, once.
 */
export class AvatarHead {
  private readonly _scene: Scene;
  private readonly _before: Before;
  private readonly _poseBefore: Before;
  /** From the mesh's space to the head bone's. */
  private readonly _onBone: Matrix;
  /** From the mesh's space to what carries it. */
  private readonly _onCarrier: Matrix;
  /** From the mesh's space to the lowest neck's, where the neckline stays. */
  private readonly _onNeck: Matrix;
  private readonly _toNeck: Matrix;
  private readonly _fromNeck: Matrix;
  /** In the mesh's space at rest; null: the image does not end. */
  private readonly _plane: Vector4 | null;
  private readonly _observers: { remove(): void }[];
  private _frame = -1;
  private _disposed = false;

  /** @param placement from the head mesh's space to the skin's, as it was bound */
  constructor(
    readonly head: PersonalizedHeadMesh,
    private readonly _rig: AvatarRig,
    placement: Matrix,
    neckline: Neckline | null,
  ) {
    const { carrier, head: bone, necks } = _rig;
    const scene = (this._scene = head.getScene());
    const mirror = mirrorOf(scene.useRightHandedSystem);
    this._before = stateOf(head);
    this._poseBefore = stateOf(head.poseNode);
    this._onBone = placement.multiply(bone.getAbsoluteInverseBindMatrix());
    this._onNeck = placement.multiply((necks[0] ?? bone).getAbsoluteInverseBindMatrix());
    this._toNeck = neckFrame(mirror);
    this._fromNeck = Matrix.Invert(this._toNeck);
    this._plane = neckline && planeOf(neckline, mirror);
    this._onCarrier = carrier ? placement.multiply(carrier.getAbsoluteInverseBindMatrix()) : placement;
    this._mount();
    // Its numbers are Euler angles, and one way to write them is enough.
    head.poseNode.rotationQuaternion = null;
    setFaceOwner(head, () => this._lead());
    this._observers = [
      // Before whatever looks at the head in this frame.
      scene.onBeforeRenderTargetsRenderObservable.add(() => this._lead(), undefined, true),
      // After all behaviours.
      ...(this._plane ? [scene.onBeforeRenderTargetsRenderObservable.add(() => this._cut())] : []),
    ];
    this._lead(true);
    this._cut();
  }

  dispose(): void {
    if (this._disposed) return;
    this._disposed = true;
    for (const observer of this._observers) observer.remove();
    const { head } = this;
    setFaceOwner(head, null);
    if (head.isDisposed()) return;
    const personalized = PersonalizedHead.Of(head);
    if (personalized?.image) personalized.image.neckline = noNeckline();
    if (this._rig.carrier && head.parent === (this._rig.carrier as unknown)) head.detachFromBone();
    head.parent = this._before.parent?.isDisposed() ? null : this._before.parent;
    restore(head, this._before);
    // A scene that goes takes all faces first and its meshes then.
    if (personalized) restore(personalized.poseNode, this._poseBefore);
  }

  /** What carries the mesh; null: a bone that follows no node. */
  private get _carrierNode(): TransformNode | null {
    const { carrier, mesh } = this._rig;
    return carrier ? carrier.getTransformNode() : mesh;
  }

  /** Makes the mesh a child of what moves its carrier now: a ragdoll takes bones away from the nodes of their file. */
  private _mount(): void {
    const { head } = this;
    const { carrier, mesh } = this._rig;
    const node = this._carrierNode;
    if (carrier && head.parent === (carrier as unknown)) head.detachFromBone();
    if (node) head.parent = node;
    else if (carrier) head.attachToBone(carrier, mesh);
    head.rotationQuaternion ??= Quaternion.Identity();
    this._onCarrier.decompose(head.scaling, head.rotationQuaternion, head.position);
    head.scaling.scaleInPlace(head.scalingDeterminant);
  }

  /** Gives the head's pose what the skeleton's neck and head do. */
  private _lead(again = false): void {
    const frame = this._scene.getFrameId();
    const { head } = this;
    if ((frame === this._frame && !again) || this._disposed || head.isDisposed()) return;
    this._frame = frame;
    const parent: unknown = this._carrierNode ?? this._rig.carrier;
    if (head.parent !== parent) this._mount();
    const still = this._still();
    // Where the bone says that the head is, without what behaviours add.
    const world = this._onBone.multiply(boneWorld(this._rig.head, this._rig.mesh));
    // NaN where the carrier is flattened: the pose stays as it was.
    const local = this._toNeck.multiply(world).multiply(Matrix.Invert(still)).multiply(this._fromNeck);
    const [scaling, turn, position] = [Vector3.Zero(), Quaternion.Identity(), Vector3.Zero()];
    if (!(Math.abs(still.determinant()) > 1e-20) || !local.decompose(scaling, turn, position)) return;
    const { poseNode } = head;
    poseNode.rotationQuaternion = null;
    poseNode.rotation = turn.toEulerAngles();
    poseNode.position = position;
    PersonalizedHead.Of(head)?.followPose();
  }

  /** The mesh's world matrix without its pose; Babylon's own may be of the frame before. */
  private _still(): Matrix {
    const { scaling, scalingDeterminant, rotation, rotationQuaternion, position } = this.head;
    const turn = rotationQuaternion ?? rotation.toQuaternion();
    const { carrier, mesh } = this._rig;
    const parent = carrier ? boneWorld(carrier, mesh) : mesh.computeWorldMatrix(true);
    return Matrix.Compose(scaling.scale(scalingDeterminant), turn, position).multiply(parent);
  }

  /** Brings the neckline to where the avatar's neck is, seen from the head as it is turned now. */
  private _cut(): void {
    const image = PersonalizedHead.Of(this.head)?.image;
    if (!image || !this._plane || this._disposed) return;
    const { necks, head: bone, mesh } = this._rig;
    const neck = this._onNeck.multiply(boneWorld(necks[0] ?? bone, mesh));
    const world = this.head.getPivotMatrix().multiply(this._still());
    if (!(Math.abs(world.determinant()) > 1e-20)) return;
    // From the head at rest, by the neck, into the head of now.
    const toHead = neck.multiply(Matrix.Invert(world));
    const { x, y, z, w } = transformed(this._plane, toHead);
    image.neckline = new Vector4(x, y, mirrorOf(this._scene.useRightHandedSystem) * z, w);
  }
}

/** 0 at the transition's lower edge, 1 at its upper. */
const planeOf = ({ height, slope, softness }: Neckline, mirror: 1 | -1): Vector4 =>
  new Vector4(0, 1 / softness, (mirror * slope) / softness, 0.5 - height / softness);

/** The plane that has at a moved point the value that the first has at the point. */
function transformed({ x, y, z, w }: Vector4, matrix: Matrix): Vector4 {
  const m = Matrix.Invert(matrix).asArray();
  const row = (i: number): number => m[4 * i]! * x + m[4 * i + 1]! * y + m[4 * i + 2]! * z + m[4 * i + 3]! * w;
  return new Vector4(row(0), row(1), row(2), row(3));
}
