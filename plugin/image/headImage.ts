import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.pure.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.pure.js';
import { Vector4 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Amounts } from '../../runtime/latent/directions.js';
import { HeadViews, type Visibility } from './headViews.js';
import { headExtent } from './headCamera.js';
import type { LevelSide } from './headLevel.js';
import type { HeadModel } from './headModel.js';
import { HeadPlanes } from './headPlanes.js';
import { HeadQuad, type QuadDisplay } from './headQuad.js';
import { HeadScheduler, type March, type ScheduledHead } from './headScheduler.js';
import type { SideLimits } from './pictureSide.js';
import type { RenderQuality } from './renderQuality.js';
import { passForMesh } from './meshPasses.js';
import { canSeePicture } from './sight.js';
import { measureSkin } from './skinColor.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface HeadImageOptions {
  /** Where the head stands; absent: a new TransformNode, which the head then owns. */
  readonly node?: TransformNode;
  /** @internal Called once when the image is disposed: lets go of what it was made with. */
  readonly release?: () => void;
}

const nothing: Visibility = { image: false, mesh: true };

/**
 * The ray-marched image of a head in a scene. A picture is taken anew only when the camera moved relative to the head, or
 * the face or the resolution changed; nothing is read back from the GPU. A mesh that stands in for the head where it has
 * no image (too far, too many heads, a camera that needs a mesh) must be hidden from cameras that it `isShownTo`.
 */
export class HeadImage implements SideLimits, QuadDisplay, ScheduledHead {
  readonly node: TransformNode;
  /** Failures of work that no call waits for, a network run say. */
  readonly onErrorObservable = new Observable<Error>();
  /** `showsImage` or `needsMesh` changed; with `showsImage`. */
  readonly onShowChangedObservable = new Observable<boolean>();
  /** Largest side of the picture, pixels. */
  resolution: number;
  /** The same while something moves; never above `resolution`. */
  movingResolution: number;
  /** Pixels of the picture for a pixel of the screen, up to `resolution`; `auto`: 1. */
  renderScale: number | 'auto' = 'auto';
  /** How the pictures are made; see `RenderQuality`. */
  quality: RenderQuality = 'auto';
  /** Smaller on every screen, the head has no image. Pixels. */
  minimumPixels = 16;
  /** false: always the mesh. */
  enabled = true;
  /** Multiplies the colours. */
  tint = Color3.White();
  /** Multiplies the light. */
  exposure = 1;
  /**
   * Where the image ends below, for a body that begins there: at a point p of head space it is shown to
   * `smoothstep(0, 1, xyz · p + w)`. Default (0, 0, 0, 1): everywhere.
   */
  neckline = new Vector4(0, 0, 0, 1);
  private readonly _scheduler: HeadScheduler;
  private readonly _quad: HeadQuad;
  private readonly _planes: HeadPlanes;
  private readonly _pictures: HeadViews;
  private readonly _ownsNode: boolean;
  private readonly _release: (() => void) | undefined;
  private readonly _observers: { remove(): void }[];
  private _logarithmicDepth: boolean | null = null;
  private _shown: Visibility = nothing;
  /** May the image be shown at all? As `look` found it. */
  private _wanted = false;
  private _broken = false;
  private _disposed = false;

  constructor(
    name: string,
    readonly scene: Scene,
    readonly model: HeadModel,
    options: HeadImageOptions = {},
  ) {
    expectGiven('HeadImage', 'scene', scene);
    expectGiven('HeadImage', 'model', model);
    expectGiven('HeadImage', 'options', options);
    this._ownsNode = !options.node;
    this._release = options.release;
    this.node = options.node ?? new TransformNode(name, scene);
    this.resolution = model.quality.resolution;
    this.movingResolution = model.quality.movingResolution;
    const onError = (error: unknown): void => this._fail(error);
    this._scheduler = HeadScheduler.Of(scene);
    this._planes = new HeadPlanes(model, this._scheduler.turns, onError);
    const extent = headExtent(model.base.config);
    this._pictures = new HeadViews(name, this, this._planes, extent, this._scheduler, onError);
    this._quad = new HeadQuad(name, scene, extent, this, (camera) => this._shownTo(camera));
    this._quad.prepare(this._pictures.main.textures);
    this._scheduler.add(this);
    const engine: AbstractEngine = scene.getEngine();
    const lost: Observer<AbstractEngine> = engine.onContextLostObservable.add(() => this._lose());
    this._observers = [
      lost,
      model.shared.onRestoredObservable.add(() => void this._restore()),
      model.shared.onErrorObservable.add(onError),
      this.node.onDisposeObservable.add(() => this.dispose()),
    ];
  }

  /** The face without its expression, [numWs, wDim]; null: nothing is shown. Set a new tensor to change it. */
  get ws(): Tensor | null {
    return this._planes.ws;
  }
  set ws(ws: Tensor | null) {
    this._change(() => (this._planes.ws = ws));
  }

  /**
   * Amounts of expressions and attributes by direction or group name, 1: full. Set a new object to change them.
   * @throws AssetError for names the base does not know, NumericError for amounts that are no numbers; nothing changes
   */
  get amounts(): Amounts {
    return this._planes.amounts;
  }
  set amounts(amounts: Amounts) {
    this._change(() => (this._planes.amounts = amounts));
  }

  /** Write the depth of materials with a logarithmic one; by default as the node's own material says. */
  get useLogarithmicDepth(): boolean {
    return this._logarithmicDepth ?? this._mesh?.material?.useLogarithmicDepth ?? false;
  }
  set useLogarithmicDepth(value: boolean) {
    this._logarithmicDepth = value;
  }

  /**
   * The picture that the scene's first camera sees: display values (sRGB) multiplied by alpha. The object stays the same
   * and is empty while the head has no image.
   */
  get texture(): BaseTexture {
    return this._pictures.main.textures.color;
  }

  /** The same picture's depth, 32 bit floats. Red: distance from the camera, in units of the head; green: alpha. */
  get depthTexture(): BaseTexture {
    return this._pictures.main.textures.depth;
  }

  /** Does any camera see the image? */
  get showsImage(): boolean {
    return this._shown.image;
  }

  /** Does any camera see the head, but not its image? */
  get needsMesh(): boolean {
    return this._shown.mesh;
  }

  /** Is the image what a camera sees in the pass that is being drawn? Otherwise the head's mesh should be. */
  isShownTo(camera: Camera): boolean {
    return this._shownTo(camera) !== null;
  }

  /**
   * Voxels along an axis of the volume that fast pictures are taken from: 128, 96 or 64, by the head's size on the screen
   * and what all heads of the scene share. A head that shows its mesh alone has none.
   */
  get level(): LevelSide {
    return this._pictures.level;
  }
  /** @internal */
  set level(level: LevelSide) {
    this._pictures.level = level;
  }

  /** Pictures taken so far. */
  get renders(): number {
    return this._pictures.taken;
  }

  /** Planes shown so far: while the face moves, more than the network made. */
  get version(): number {
    return this._planes.version;
  }

  /** Bytes of GPU memory that this head alone takes: planes while it is active, and its pictures. */
  get gpuBytes(): number {
    return this._planes.bytes + this._pictures.bytes;
  }

  /** Does the last frame show the newest face, as finely as it will be? */
  get atRest(): boolean {
    return !this._planes.busy && this._pictures.atRest;
  }

  /** Settles when the planes are those of the newest face; the next frame shows it. */
  whenSettledAsync(): Promise<void> {
    return this._planes.settled();
  }

  /**
   * The person's skin as the newest planes have it, display values (sRGB), 0..1; null before the first and on WebGL 2. It waits
   * for the GPU.
   */
  async skinAsync(): Promise<[number, number, number] | null> {
    await this._planes.settled();
    const { texels } = this._planes;
    return texels && measureSkin(this.model, texels);
  }

  /** Removes the head from its scene. The model stays: it may have other uses, and is disposed by who made it. */
  dispose(): void {
    if (this._disposed) return;
    this._disposed = true;
    for (const observer of this._observers) observer.remove();
    this._scheduler.remove(this);
    this._pictures.dispose(this._quad.mesh);
    this._quad.dispose();
    this._planes.deactivate();
    this.onErrorObservable.clear();
    this.onShowChangedObservable.clear();
    if (this._ownsNode) this.node.dispose();
    this._release?.();
  }

  /** @internal */
  get active(): boolean {
    return this._planes.active;
  }

  /** @internal */
  activate(): void {
    this._planes.activate();
  }

  /** @internal */
  deactivate(): void {
    this._planes.deactivate();
    this._pictures.clear();
  }

  /** @internal */
  look(cameras: readonly Camera[], frame: number): number {
    return this._guarded(0, () => {
      const { node, _quad: quad } = this;
      const asMesh = passForMesh(this.scene, node) !== null;
      const hidden = !node.isEnabled() || this._mesh?.isVisible === false || this._mesh?.visibility === 0;
      this._wanted = this.enabled && !asMesh && !this._broken && !hidden && this.model.canDraw && !!this._planes.face;
      if (!this._wanted) {
        this._pictures.lookAway(true);
        return (this._planes.size = 0);
      }
      quad.place(node.computeWorldMatrix());
      quad.follow(this._mesh);
      this._planes.advance();
      return (this._planes.size = this._pictures.look(cameras, frame, quad.mesh, node));
    });
  }

  /** @internal */
  marches(): March[] {
    return this._pictures.marches((take) => this._guarded(undefined, take));
  }

  /** @internal */
  settle(): void {
    this._guarded(undefined, () => {
      // The last draw may have left another camera's textures, which may be gone since.
      this._quad.prepare(this._pictures.main.textures);
      const ready = this._wanted && this._planes.texels !== null && this._quad.isReady;
      this._quad.visible = ready;
      this._show(ready ? this._pictures.shows(this._shown) : nothing);
    });
  }

  private get _mesh(): AbstractMesh | null {
    // Two copies of Babylon know different classes.
    return 'visibility' in this.node ? (this.node as AbstractMesh) : null;
  }

  /** A new face has its planes before it is seen, where there is room. */
  private _change(set: () => void): void {
    if (this._disposed) return;
    const { face: before } = this._planes;
    set();
    const { face } = this._planes;
    if (face && face !== before) this._scheduler.offer(this);
  }

  private _shownTo(camera: Camera): ReturnType<HeadViews['shownTo']> {
    if (!this._quad.visible) return null;
    // Mirrors and probes turn the scene before a camera that stays, refractions cut it.
    const turned = !this.scene.getViewMatrix().equals(camera.getViewMatrix());
    if (turned || !canSeePicture(this.scene, camera)) return this._pictures.refuse();
    return this._guarded(null, () => this._pictures.shownTo(camera, this.node));
  }

  private _lose(): void {
    this._planes.lose();
    this._pictures.forget();
    this._guarded(undefined, () => this._hide());
  }

  private async _restore(): Promise<void> {
    try {
      await this.model.restoreAsync();
      if (this._disposed) return;
      this._broken = false;
      if (this._planes.face) this._scheduler.offer(this);
    } catch (error) {
      this._fail(error);
    }
  }

  private _hide(): void {
    this._quad.visible = false;
    this._show(nothing);
  }

  private _show(shown: Visibility): void {
    const { image, mesh } = this._shown;
    if (shown.image === image && shown.mesh === mesh) return;
    this._shown = shown;
    this.onShowChangedObservable.notifyObservers(shown.image);
  }

  /** A scene must not stop because a head cannot be drawn: it shows its mesh from then on. */
  private _guarded<T>(fallback: T, body: () => T): T {
    try {
      return body();
    } catch (error) {
      this._broken = true;
      this._pictures.lookAway(false);
      this._hide();
      this._fail(error);
      return fallback;
    }
  }

  private _fail(error: unknown): void {
    // What breaks because the device is lost is made again with the next one.
    if (this._disposed || !this.model.shared.alive) return;
    this.onErrorObservable.notifyObservers(error instanceof Error ? error : new Error(String(error)));
  }
}
