import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { PlaneTexels } from '../../runtime/render/gpu/planeTexels.js';
import { CameraPicture, type Wanted } from './cameraPicture.js';
import type { HeadExtent } from './headCamera.js';
import type { HeadModel } from './headModel.js';
import type { HeadPlanes } from './headPlanes.js';
import type { ShownPicture } from './headQuad.js';
import type { HeadScheduler, March } from './headScheduler.js';
import type { SideLimits } from './pictureSide.js';
import { canSeePicture, sightOf, type Sight } from './sight.js';

/** A picture that no camera has looked at for so many frames is given up. */
const unusedFrames = 60;
/** A head that has its image keeps it down to this share of the least size. */
const farShare = 0.8;

/** What a frame wants of a head's image. */
type Wish = 'nothing' | 'mesh' | 'image';

interface Seen {
  readonly picture: CameraPicture;
  readonly sight: Sight;
  readonly wanted: Wanted | null;
}

function sees(camera: Camera, quad: Mesh): boolean {
  // Both bring the frustum up to date, which the test itself does not.
  camera.getViewMatrix();
  camera.getProjectionMatrix();
  return camera.isInFrustum(quad);
}

/** The head whose pictures these are. */
interface Sitter extends SideLimits {
  readonly scene: Scene;
  readonly model: HeadModel;
  readonly minimumPixels: number;
}

/** A head's pictures, one for each camera that sees it. */
export class CameraPictures {
  /** What the first camera sees. */
  readonly main: CameraPicture;
  private readonly _others = new Map<Camera, CameraPicture>();
  private _mainCamera: Camera | null = null;
  private _cameras: readonly Camera[] = [];
  private _seen: Seen[] = [];
  private _wish: Wish = 'nothing';
  private _frame = -1;
  private _taken = 0;
  private _restVersion = -1;
  private _overflow = -1;
  private readonly _lists = new Set<RenderTargetTexture>();

  constructor(
    private readonly _name: string,
    private readonly _sitter: Sitter,
    private readonly _planes: HeadPlanes,
    private readonly _extent: HeadExtent,
    private readonly _scheduler: HeadScheduler,
    private readonly _onError: (error: unknown) => void,
  ) {
    this.main = new CameraPicture(_name, _sitter.scene);
  }

  /** Pictures taken so far. */
  get taken(): number {
    return this._taken;
  }

  get bytes(): number {
    return [this.main, ...this._others.values()].reduce((sum, { textures }) => sum + textures.bytes, 0);
  }

  /** Is the last frame's picture that of the newest planes, and as fine as it will be? */
  get atRest(): boolean {
    return this._restVersion === this._planes.version;
  }

  /**
   * Looks through a frame's cameras.
   * @param quad what a camera must have in view
   * @returns size on the largest screen, pixels; 0: no picture is wanted
   */
  look(cameras: readonly Camera[], frame: number, quad: Mesh, node: TransformNode): number {
    this._frame = frame;
    this._cameras = cameras;
    this._joinRenderTargets(quad, node);
    const inView = cameras.filter((camera) => (camera.layerMask & quad.layerMask) !== 0 && sees(camera, quad));
    const sights = inView.map((camera) => ({ camera, sight: this._sight(camera, node) }));
    const largest = Math.max(0, ...sights.map(({ sight }) => sight?.pixels ?? 0));
    const least = this._sitter.minimumPixels * (this._wish === 'image' ? farShare : 1);
    const { scene } = this._sitter;
    const refused =
      inView.length > this._scheduler.maxPictures ||
      this._overflow >= frame - 1 ||
      inView.some((camera) => !canSeePicture(scene, camera)) ||
      sights.some(({ sight }) => !sight);
    if (inView.length === 0 || refused || largest < least) {
      this.lookAway(inView.length > 0);
      return 0;
    }
    this._wish = 'image';
    this._mainCamera = cameras[0]!;
    this._seen = sights.map(({ camera, sight }) => this._see(this._pictureOf(camera), sight!));
    this._forgetUnused(frame);
    return largest;
  }

  /** @param needsMesh a camera sees the head, but not its image */
  lookAway(needsMesh: boolean): void {
    this._wish = needsMesh ? 'mesh' : 'nothing';
    this._seen = [];
    this._restVersion = this._planes.version;
  }

  /** What `look` found out of date. */
  marches(guard: (take: () => void) => void): March[] {
    const planes = this._planes.texels;
    const { model } = this._sitter;
    return this._seen.flatMap(({ picture, wanted }) => {
      const finer = !wanted && picture.canBeFiner(model);
      if (!planes || (!wanted && !finer)) return [];
      const side = wanted ? wanted.side : model.base.config.neuralRenderingResolution;
      return [
        {
          rays: side ** 2,
          takenAt: picture.takenAt,
          run: () => guard(() => (wanted ? this._take(picture, wanted) : this._refine(picture, planes))),
          done: () => model.shared.device?.queue.onSubmittedWorkDone() ?? Promise.resolve(),
        },
      ];
    });
  }

  /** Has the image all its pictures? Unseen, it stays as it is. Call it at the end of a frame's marches. */
  shows(before: boolean): boolean {
    const { version } = this._planes;
    const final = this._seen.every(({ picture, sight, wanted }) => {
      const late = wanted !== null && picture.takenAt !== this._frame;
      return !late && picture.isFinal(sight, this._sitter, this._sitter.model);
    });
    if (this._wish === 'image') this._restVersion = final ? version : -1;
    if (this._wish === 'mesh') return false;
    const complete = this._seen.every(({ picture }) => picture.shown);
    return this._wish === 'image' ? complete : before && this.main.shown !== null;
  }

  /** A pass draws the head for a camera: one of the frame's, or one of a render target, whose picture is taken now. */
  draw(camera: Camera, node: TransformNode): ShownPicture | null {
    const known = this._pictureKnown(camera);
    if (this._cameras.includes(camera) && known) return known.shown;
    if (!this._planes.texels || !canSeePicture(this._sitter.scene, camera)) return null;
    if (!known && this._others.size + 1 >= this._scheduler.maxPictures) {
      this._overflow = this._frame;
      return null;
    }
    const picture = known ?? this._pictureOf(camera);
    if (picture.usedAt === this._frame) return picture.shown;
    const sight = this._sight(camera, node);
    if (!sight) return null;
    const { wanted } = this._see(picture, sight);
    if (wanted) this._take(picture, wanted);
    return picture.shown;
  }

  /** All pictures are gone. */
  clear(): void {
    this.main.clear();
    for (const picture of this._others.values()) picture.dispose();
    this._others.clear();
    this._seen = [];
  }

  /** All pictures are gone with their device. */
  forget(): void {
    for (const picture of [this.main, ...this._others.values()]) picture.forget();
    this._seen = [];
  }

  dispose(quad: Mesh): void {
    for (const { renderList } of this._lists) {
      const at = renderList?.indexOf(quad) ?? -1;
      if (at >= 0) renderList!.splice(at, 1);
    }
    this._lists.clear();
    this.clear();
    this.main.dispose();
  }

  private _sight(camera: Camera, node: TransformNode): Sight | null {
    const { scene } = this._sitter;
    return sightOf(camera, node.getWorldMatrix(), this._extent, scene.getEngine().getRenderHeight());
  }

  private _see(picture: CameraPicture, sight: Sight): Seen {
    picture.usedAt = this._frame;
    // Without planes there is nothing to take, and nothing moves.
    const wanted = this._planes.texels && picture.look(sight, this._planes.version, this._sitter);
    return { picture, sight, wanted };
  }

  private _take(picture: CameraPicture, wanted: Wanted): void {
    const planes = this._planes.texels;
    if (!planes) return;
    picture.take(wanted, this._sitter.model, planes);
    picture.takenAt = this._frame;
    this._taken++;
  }

  private _refine(picture: CameraPicture, planes: PlaneTexels): void {
    const { madeOf } = this._planes;
    if (madeOf) picture.refineAsync(this._sitter.model, planes, madeOf).catch(this._onError);
  }

  private _pictureKnown(camera: Camera): CameraPicture | undefined {
    return camera === this._mainCamera ? this.main : this._others.get(camera);
  }

  private _pictureOf(camera: Camera): CameraPicture {
    let picture = this._pictureKnown(camera);
    if (!picture) {
      picture = new CameraPicture(`${this._name} ${camera.name}`, this._sitter.scene);
      this._others.set(camera, picture);
    }
    return picture;
  }

  private _forgetUnused(frame: number): void {
    for (const [camera, picture] of this._others) {
      const unused = picture.usedAt < frame - unusedFrames;
      if (!unused && camera !== this._mainCamera && !camera.isDisposed()) continue;
      picture.dispose();
      this._others.delete(camera);
    }
  }

  /** A render target that lists the head's mesh draws its image too. */
  private _joinRenderTargets(quad: Mesh, node: TransformNode): void {
    const { scene } = this._sitter;
    const targets = [...scene.customRenderTargets, ...scene.cameras.flatMap((camera) => camera.customRenderTargets)];
    for (const target of targets) {
      const list = target.renderList;
      if (!list?.some((mesh) => (mesh as TransformNode) === node) || list.includes(quad)) continue;
      list.push(quad);
      this._lists.add(target);
    }
  }
}
