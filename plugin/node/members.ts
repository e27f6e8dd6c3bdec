import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Observable } from '@babylonjs/core/Misc/observable.pure.js';
import type { HeadPose } from '../behaviors/expressive.js';
import type { RenderQuality } from '../image/renderQuality.js';
import type { ExpressionGroup } from '../vocabulary/expressionGroups.js';
import type { GivenAmounts } from '../vocabulary/givenAmounts.js';
import type { HeadLook, LatentWeights } from './metadata.js';
import type { PersonalizedHead } from './personalizedHead.js';

/** What a mesh that is a head has beside what every mesh has. All numbers can be animated. */
export interface PersonalizedHeadMembers extends Record<ExpressionGroup, number> {
  /**
   * Influences of the morph targets by ARKit name, 0..1: the targets' own. Names of other vocabularies (`smile`, `viseme_aa`,
   * `Joy`) stand for several. Reading a name that no head has gives 0; writing one, or what is no number, changes nothing and
   * is warned of once.
   */
  readonly expression: Record<string, number>;
  /** How the head is turned about its neck, radians: the rotation of `poseNode`. */
  readonly pose: HeadPose;
  /** Turns the head: local +z is where the face looks. For clips, gizmos, `lookAt`, and what must follow the face. */
  readonly poseNode: TransformNode;
  /** Weights over the person's anchors, by number; 0: the neutral look. Set a list to change all. */
  get latent(): LatentWeights;
  set latent(weights: ArrayLike<number> | Readonly<LatentWeights>);
  /**
   * Amounts of the base's attributes, such as `age`, `hairGrey` or `hairShort01`; 0: as the face is, 1: a usual step, kept
   * within what the base can show. What a base has is listed once its image is there; other names have no effect. Set an
   * object to change all.
   */
  attributes: Record<string, number>;
  /** How far the face is mixed from `looks[0]` to `looks[1]`, 0..1. */
  latentMix: number;
  /** What `latentMix` mixes; null: what `latent` or `seed` say now. @throws ShapeError, when set, for what is no look */
  looks: readonly [HeadLook | null, HeadLook | null];
  /** Which face of a bare base, 0 .. 2^32 - 1; between whole numbers two are mixed. A person is not changed by it. */
  seed: number;
  /** The neural image and its depth as textures; null where the mesh is shown instead. */
  readonly texture: BaseTexture | null;
  readonly depthTexture: BaseTexture | null;
  /** Share of the image's pixels that are rendered; `auto`: what the frame rate allows. */
  renderScale: number | 'auto';
  /**
   * How the image is made. `exact`: as EG3D does; `fast`: from a baked volume, for games; `auto`: fast while something moves,
   * exact at rest. Other values are ignored.
   */
  quality: RenderQuality;
  /** Colour the image is multiplied with, [red, green, blue]. */
  tint: readonly [number, number, number];
  /** Brightness the image is multiplied with; 1: as learned. */
  exposure: number;
  /** Fires once the head is there, also for those who come later. */
  readonly onReadyObservable: Observable<PersonalizedHead>;
  /** Failures of work that no call waits for, also for those who come later. */
  readonly onErrorObservable: Observable<Error>;
  /**
   * Sets several expressions at once, or none where one cannot be set.
   * @param amounts an object or Map, by a name of any vocabulary (`jawOpen`, `smile`, `viseme_aa`, `happy`)
   * @throws AssetError for unknown names and those that come twice, NumericError for amounts that are no numbers or beyond 2,
   * ShapeError for what holds no names
   */
  setExpression(amounts: GivenAmounts): void;
  /** Settles when the head is there; rejects where it cannot be had. */
  whenReadyAsync(): Promise<void>;
  /** Settles when the next frame shows the newest face. */
  whenSettledAsync(): Promise<void>;
  /**
   * The head's mesh as a GLB file, for engines that have none of this: morph targets, texture, the expression of now.
   * @throws AssetError where @babylonjs/serializers is not installed
   */
  exportGLBAsync(): Promise<Blob>;
}

/** What a head's mesh does as every mesh, but with a head. */
interface HeadMeshMethods {
  /** A head of its own, with the face of now. As Babylon's `Mesh.clone`. */
  clone(...parameters: Parameters<Mesh['clone']>): PersonalizedHeadMesh;
}

/**
 * A head: a plain mesh with more members. Everything that gives a head gives this type: `CreatePersonalizedHeadAsync`,
 * `clone`; of a mesh that a loader gives, cast it: `meshes[0] as PersonalizedHeadMesh`.
 */
export type PersonalizedHeadMesh = HeadMeshMethods & PersonalizedHeadMembers & Mesh;
