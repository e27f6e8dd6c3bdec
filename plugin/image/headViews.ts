import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { ViewTexture, type Wanted } from './viewTexture.js';
import type { FacePlanes } from './graphics.js';
import type { HeadExtent } from './headCamera.js';
import { levelSides, type LevelSide } from './headLevel.js';
import type { HeadModel } from './headModel.js';
import type { HeadPlanes } from './headPlanes.js';
import type { ShownPicture } from './headQuad.js';
import { HeadVolume } from './headVolume.js';
import type { HeadScheduler, March } from './headScheduler.js';
import type { SideLimits } from './pictureSide.js';
import { fastWhen, type FastWhen, type RenderQuality } from './renderQuality.js';
import { canSeePicture, sightOf, type Sight } from './sight.js';
import { joinRenderTargets, sees, viewersOf, type Viewer } from './viewers.js';

/** A picture that no camera has looked at for so many frames is given up. */
const unusedFrames = 60;
/** A head that has its image keeps it down to this share of the least size. */
const farShare = 0.8;

/** A ray through the baked volume takes about this share of an exact one's time, its part of the baking included. */
const fastCost = 0.15;

/** What the viewers of a frame see of a head. */
type View =
  /** Nobody looks. */
  | 'nothing'
  /** All see its mesh. */
  | 'mesh'
  /** Some see its image, or will. */
  | 'image';

interface Seen {
  readonly picture: ViewTexture;
  readonly sight: Sight;
  readonly wanted: Wanted | null;
}

/** What is drawn of a head, in one camera's picture or another's. */
export interface Visibility {
  readonly image: boolean;
  readonly mesh: boolean;
}

/** The head whose pictures these are. */
interface ViewedHead extends SideLimits {
  readonly scene: Scene;
  readonly model: HeadModel;
  readonly minimumPixels: number;
  readonly quality: RenderQuality;
}

/** A head's pictures, one for each camera that sees it. A camera that has none sees the mesh. */
export class HeadViews {
  /** What the first camera sees. */
  readonly main: ViewTexture;
  /** Of the volume that fast pictures are taken from. */
  level: LevelSide = levelSides[0];
  private readonly _others = new Map<Camera, ViewTexture>();
  private _mainCamera: Camera | null = null;
  /** All who look in this frame: the height of the largest that each draws into, pixels. */
  private _heights = new Map<Camera, number>();
  /** Those of them who are to see a picture. */
  private _seen: ReadonlyMap<Camera, Seen> = new Map();
  private _view: View = 'nothing';
  private _meshSeen = false;
  private _frame = -1;
  private _taken = 0;
  private _restVersion = -1;
  /** When a camera that was not expected had to see the mesh. */
  private _meshAt = -2;
  /** Of all cameras: the face is the same. */
  private readonly _volume = new HeadVolume();
  private readonly _lists = new Set<RenderTargetTexture>();

  constructor(
    private readonly _name: string,
    private readonly _head: ViewedHead,
    private readonly _planes: HeadPlanes,
    private readonly _extent: HeadExtent,
    private readonly _scheduler: HeadScheduler,
    private readonly _onError: (error: unknown) => void,
  ) {
    this.main = new ViewTexture(_name, _head.scene);
  }

  /** Pictures taken so far. */
  get taken(): number {
    return this._taken;
  }

  get bytes(): number {
    return this._pictures.reduce((sum, { textures }) => sum + textures.bytes, this._volume.bytes);
  }

  /** Is the last frame's picture that of the newest planes, and as fine as it will be? */
  get atRest(): boolean {
    return this._restVersion === this._planes.version;
  }

  /**
   * Looks through a frame's cameras, and those of render targets.
   * @param quad what a camera must have in view
   * @returns size in the largest picture, pixels; 0: no picture is wanted
   */
  look(cameras: readonly Camera[], frame: number, quad: Mesh, node: TransformNode): number {
    this._frame = frame;
    const { scene } = this._head;
    for (const target of joinRenderTargets(scene, node, quad)) this._lists.add(target);
    const viewers = viewersOf(scene, cameras, node);
    this._heights = new Map(viewers.map(({ camera, height }) => [camera, height] as const));
    const inView = viewers.filter((viewer) => sees(viewer, quad));
    const wanted = inView
      .flatMap((viewer) => {
        const sight = this._sightOf(viewer, node);
        return sight ? [{ camera: viewer.camera, sight }] : [];
      })
      .sort((a, b) => b.sight.pixels - a.sight.pixels)
      .slice(0, this._scheduler.maxPictures);
    if (wanted.length === 0) {
      this.lookAway(inView.length > 0);
      return 0;
    }
    this._view = 'image';
    this._meshSeen = inView.length > wanted.length;
    this._mainCamera = cameras[0] ?? null;
    this._seen = new Map(
      wanted.map(({ camera, sight }) => [camera, this._see(this._pictureOf(camera), sight)] as const),
    );
    this._forgetUnused(frame);
    return wanted[0]!.sight.pixels;
  }

  /** @param needsMesh a camera sees the head, but not its image */
  lookAway(needsMesh: boolean): void {
    this._view = needsMesh ? 'mesh' : 'nothing';
    this._seen = new Map();
    this._restVersion = this._planes.version;
  }

  /** What `look` found out of date. */
  marches(guard: (take: () => void) => void): March[] {
    const planes = this._planes.texels;
    const { model } = this._head;
    return [...this._seen.values()].flatMap(({ picture, wanted }) => {
      const finer = !wanted && picture.canBeFiner(model);
      if (!planes || (!wanted && !finer)) return [];
      const side = wanted ? wanted.side : model.base.config.neuralRenderingResolution;
      return [
        {
          rays: side ** 2 * (wanted?.fast ? fastCost : 1),
          takenAt: picture.takenAt,
          run: () => guard(() => (wanted ? this._take(picture, wanted) : this._refine(picture, planes))),
          done: () => model.shared.done(),
        },
      ];
    });
  }

  /**
   * What this frame shows. Call it at the end of a frame's marches.
   * @param before stays where nobody looks
   */
  shows(before: Visibility): Visibility {
    const { version } = this._planes;
    const seen = [...this._seen.values()];
    const final = seen.every(({ picture, sight, wanted }) => {
      const late = wanted !== null && picture.takenAt !== this._frame;
      return !late && picture.isFinal(sight, this._head, this._head.model, this._fastWhen);
    });
    if (this._view === 'image') this._restVersion = final ? version : -1;
    const surprised = this._meshAt >= this._frame - 1;
    switch (this._view) {
      case 'nothing': {
        const image = before.image && this._pictures.some(({ shown }) => shown);
        return { image, mesh: !image || before.mesh || surprised };
      }
      case 'mesh':
        return { image: false, mesh: true };
      case 'image': {
        const without = seen.filter(({ picture }) => !picture.shown).length;
        return { image: without < seen.length, mesh: this._meshSeen || without > 0 || surprised };
      }
    }
  }

  /**
   * What a camera is shown in the pass that is being drawn; null: the mesh. A camera that was not expected, of a render
   * target that is drawn once say, has its picture taken now.
   */
  shownTo(camera: Camera, node: TransformNode): ShownPicture | null {
    const seen = this._seen.get(camera);
    if (seen) {
      this._enlarge(camera, seen.picture, node);
      return seen.picture.shown;
    }
    const shown = this._heights.has(camera) ? null : this._surprise(camera, node);
    return shown ?? this.refuse();
  }

  /** The mesh is seen in this frame, and probably in the next. */
  refuse(): null {
    this._meshAt = this._frame;
    return null;
  }

  /** All pictures are gone. */
  clear(): void {
    this.main.clear();
    for (const picture of this._others.values()) picture.dispose();
    this._others.clear();
    this._seen = new Map();
    this._volume.dispose();
  }

  /** All pictures are gone with their device. */
  forget(): void {
    for (const picture of this._pictures) picture.forget();
    this._seen = new Map();
    this._volume.dispose();
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

  private get _pictures(): ViewTexture[] {
    return [this.main, ...this._others.values()];
  }

  /** How a viewer sees the head; null where it must see the mesh. */
  private _sightOf({ camera, height }: Viewer, node: TransformNode): Sight | null {
    if (!canSeePicture(this._head.scene, camera)) return null;
    const sight = sightOf(camera, node.getWorldMatrix(), this._extent, height);
    // Who has a picture keeps it a little longer.
    const least = this._head.minimumPixels * (this._pictureKnown(camera)?.shown ? farShare : 1);
    return sight && sight.pixels >= least ? sight : null;
  }

  /** A target that is drawn once by a camera that sees the canvas too, as screenshots are, may be larger: so is its picture. */
  private _enlarge(camera: Camera, picture: ViewTexture, node: TransformNode): void {
    const height = this._head.scene.getEngine().getRenderHeight();
    if (height <= (this._heights.get(camera) ?? height) || !this._planes.texels) return;
    this._heights.set(camera, height);
    const sight = this._sightOf({ camera, height, masked: false }, node);
    const wanted = sight && this._see(picture, sight, this._onceWhen).wanted;
    if (wanted) this._take(picture, wanted);
  }

  /** Who looks once gets the best there is. */
  private get _onceWhen(): FastWhen {
    return this._fastWhen === 'moving' ? 'never' : this._fastWhen;
  }

  private _surprise(camera: Camera, node: TransformNode): ShownPicture | null {
    const { scene } = this._head;
    const known = this._pictureKnown(camera);
    if (known?.usedAt === this._frame) return known.shown;
    if (!this._planes.texels || (!known && this._others.size + 1 >= this._scheduler.maxPictures)) return null;
    const height = scene.getEngine().getRenderHeight();
    const sight = this._sightOf({ camera, height, masked: false }, node);
    if (!sight) return null;
    const picture = known ?? this._pictureOf(camera);
    const { wanted } = this._see(picture, sight, this._onceWhen);
    if (wanted) this._take(picture, wanted);
    return picture.shown;
  }

  private get _fastWhen(): FastWhen {
    return fastWhen(this._head.quality, this._head.model);
  }

  private _see(picture: ViewTexture, sight: Sight, when = this._fastWhen): Seen {
    picture.usedAt = this._frame;
    // Without planes there is nothing to take, and nothing moves.
    const wanted = this._planes.texels && picture.look(sight, this._planes.version, this._head, when);
    return { picture, sight, wanted };
  }

  private _take(picture: ViewTexture, wanted: Wanted): void {
    const planes = this._planes.texels;
    if (!planes) return;
    picture.take(wanted, this._head.model, planes, this._volume, this.level);
    picture.takenAt = this._frame;
    this._taken++;
  }

  private _refine(picture: ViewTexture, planes: FacePlanes): void {
    const { madeOf } = this._planes;
    if (madeOf) picture.refineAsync(this._head.model, planes, madeOf).catch(this._onError);
  }

  private _pictureKnown(camera: Camera): ViewTexture | undefined {
    return camera === this._mainCamera ? this.main : this._others.get(camera);
  }

  private _pictureOf(camera: Camera): ViewTexture {
    let picture = this._pictureKnown(camera);
    if (!picture) {
      picture = new ViewTexture(`${this._name} ${camera.name}`, this._head.scene);
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
}
