import { Matrix, Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import type { HeadPose } from '../behaviors/expressive.js';
import { mirrorOf } from '../image/headCamera.js';
import { tellOnce } from '../tellOnce.js';
import { memberNumber } from './memberNumber.js';
import { formerId, neckId, newUniqueId, poseId } from './ids.js';

/** Where a head turns: below the ears, behind them; head space, world units of the embedded base. */
const neckPoint = [0, -0.13, -0.06] as const;

/** Where a head turns and what its turns are measured from, in the mesh's own space: from the pose node's space to the mesh's. */
export function neckFrame(mirror: 1 | -1): Matrix {
  const [x, y, z] = neckPoint;
  // In left-handed scenes faces look along the mesh's -z, but `lookAt` turns +z.
  const basis = mirror === 1 ? Matrix.Identity() : Matrix.RotationY(Math.PI);
  return basis.multiply(Matrix.Translation(x, y, mirror * z));
}

/**
 * How a head is turned about its neck. The one storage is the pose node's rotation, which clips, gizmos and `lookAt` set.
 *
 *     mesh (a hat is parented here)
 *     └ neck   stands in the neck and does not turn with the pose
 *       └ pose   its local +z is where the face looks, +y the crown
 *
 * The pose node's local rotation and position carry the mesh's geometry and image with them, as the mesh's
 * pre-transform matrix: whatever hangs below the mesh follows, and the mesh's own transformation is not touched.
 *
 * The numbers are the Euler angles of that node: with s = 1 in right-handed scenes, else -1,
 * `rotation = (-pitch, s yaw, -s roll)`, applied roll first, yaw last. Where the node has a `rotationQuaternion` they are
 * that quaternion's Euler angles, and setting one writes the quaternion.
 */
export class PoseNode {
  private _neck!: TransformNode;
  private _node!: TransformNode;
  /** Radians, see HeadPose. What is no number is not taken. */
  readonly values: HeadPose;
  private readonly _toNeck: Matrix;
  private readonly _fromNeck: Matrix;
  private readonly _sign: 1 | -1;
  private readonly _rotation = new Quaternion(NaN, 0, 0, 0);
  private readonly _position = Vector3.Zero();
  private readonly _scratch = Quaternion.Identity();
  private _disposed = false;

  /** Takes nodes that were loaded or cloned with the mesh, or makes them. */
  constructor(private readonly _mesh: Mesh) {
    const scene = _mesh.getScene();
    this._sign = mirrorOf(scene.useRightHandedSystem);
    this._toNeck = neckFrame(this._sign);
    this._fromNeck = Matrix.Invert(this._toNeck);
    this._bind();
    this.values = this._values();
    this.update();
  }

  /** Stands in the neck; its world matrix is the one it would have if the mesh had no pose. */
  get neck(): TransformNode {
    return this._neck;
  }
  /** Its rotation is the pose. */
  get node(): TransformNode {
    return this._node;
  }

  /** Brings the mesh to where the node is. Cheap where nothing changed. */
  update(): void {
    const rotation = this._nodeRotation();
    const { position } = this.node;
    if (rotation.equals(this._rotation) && position.equals(this._position)) return;
    const sum = rotation.x + rotation.y + rotation.z + rotation.w + position.x + position.y + position.z;
    if (!Number.isFinite(sum)) return;
    this._rotation.copyFrom(rotation);
    this._position.copyFrom(position);
    const { _toNeck: toNeck, _fromNeck: fromNeck } = this;
    const local = Matrix.Compose(Vector3.One(), rotation, position);
    const still = rotation.x === 0 && rotation.y === 0 && rotation.z === 0 && position.equalsToFloats(0, 0, 0);
    const carry = still ? Matrix.Identity() : fromNeck.multiply(local).multiply(toNeck);
    this._mesh.setPivotMatrix(carry, false);
    // Whoever has asked for it in this frame, a behaviour that looks at something, would keep the one before.
    this._mesh.computeWorldMatrix(true);
    // So that the neck's world matrix is the one it would have if the mesh had no pose.
    this.neck.rotationQuaternion ??= Quaternion.Identity();
    Matrix.Invert(local).multiply(toNeck).decompose(undefined, this.neck.rotationQuaternion, this.neck.position);
  }

  /** The mesh has another id: its nodes are found by theirs when the scene is loaded. */
  renameNodes(): void {
    this._neck.id = neckId(this._mesh.id);
    this._node.id = poseId(this._mesh.id);
  }

  /** @param withNodes the mesh has gone */
  dispose(withNodes: boolean): void {
    this._disposed = true;
    for (const node of withNodes ? [this.node, this.neck] : []) if (!node.isDisposed()) node.dispose(true);
  }

  private _bind(): void {
    const { _mesh: mesh } = this;
    this._neck = nodeOf(mesh, 'neck', mesh);
    this._node = nodeOf(mesh, 'pose', this._neck);
    for (const node of [this._neck, this._node]) node.onDisposeObservable.add(() => this._revive(node));
  }

  /** Babylon drops nodes without meshes when single meshes are imported; what they held is kept. */
  private _revive(gone: TransformNode): void {
    const { _mesh: mesh, _node: before } = this;
    if (this._disposed || mesh.isDisposed() || (gone !== before && gone !== this._neck)) return;
    this._neck.id = before.id = '';
    this._bind();
    const { rotation, rotationQuaternion, position, animations } = before;
    Object.assign(this._node, { rotation, rotationQuaternion, position, animations });
    this._rotation.w = NaN;
    this.update();
  }

  private _nodeRotation(): Quaternion {
    const { rotationQuaternion, rotation } = this.node;
    if (rotationQuaternion) return rotationQuaternion;
    Quaternion.RotationYawPitchRollToRef(rotation.y, rotation.x, rotation.z, this._scratch);
    return this._scratch;
  }

  private _values(): HeadPose {
    const axes = { yaw: ['y', this._sign], pitch: ['x', -1], roll: ['z', -this._sign] } as const;
    const values = {};
    for (const [name, [axis, sign]] of Object.entries(axes)) {
      Object.defineProperty(values, name, {
        get: () => {
          const { rotationQuaternion, rotation } = this.node;
          const angle = (rotationQuaternion?.toEulerAngles() ?? rotation)[axis];
          // No -0: it shows in interfaces.
          return sign * angle + 0;
        },
        set: (given: number) => {
          const angle = memberNumber(this._mesh, `pose.${name}`, given, 'radians');
          if (angle === undefined) return;
          if (Math.abs(angle) > 2 * Math.PI) {
            const where = `${this._mesh.name}: pose.${name}`;
            tellOnce(this._mesh, `${where}: expected radians, got ${angle}. Multiply degrees by Math.PI / 180.`);
          }
          const { rotationQuaternion: quaternion, rotation } = this.node;
          const angles = quaternion ? quaternion.toEulerAngles() : rotation;
          angles[axis] = sign * angle;
          if (quaternion) Quaternion.RotationYawPitchRollToRef(angles.y, angles.x, angles.z, quaternion);
          this.update();
        },
        enumerable: true,
      });
    }
    return values as HeadPose;
  }
}

function nodeOf(mesh: Mesh, part: 'neck' | 'pose', parent: TransformNode): TransformNode {
  const scene = mesh.getScene();
  const id = part === 'neck' ? neckId(mesh.id) : poseId(mesh.id);
  const ids = [id, formerId(mesh.id, part)];
  const isIt = (node: Node): node is TransformNode => ids.includes(node.id) && node.getClassName() === 'TransformNode';
  // While a file is read its nodes have no parents yet.
  const found = parent.getChildren(isIt)[0] ?? scene.transformNodes.find((node) => !node.parent && isIt(node));
  if (found) {
    found.parent = parent;
    return found;
  }
  const node = new TransformNode(`${mesh.name} ${part}`, scene);
  node.id = id;
  node.uniqueId = newUniqueId();
  node.parent = parent;
  return node;
}
