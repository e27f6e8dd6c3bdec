import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.pure.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { DeviceError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Amounts } from '../../runtime/latent/directions.js';
import { Face } from './face.js';
import {
  headFromWorld,
  headExtent,
  headView,
  mirrorOf,
  sameView,
  type HeadExtent,
  type HeadView,
} from './headCamera.js';
import type { HeadModel } from './headModel.js';
import { HeadQuad } from './headQuad.js';

/** Frames a head must stand still before it is rendered at full resolution again. */
const settleFrames = 6;

export interface HeadImageOptions {
  /** Where the head stands; absent: a new TransformNode, which the head then owns. */
  readonly node?: TransformNode;
}

/**
 * A head in a scene. Its picture is rendered anew only when the camera moved relative to the head, or the face or the
 * resolution changed; nothing is read back from the GPU.
 */
export class HeadImage {
  readonly node: TransformNode;
  /** Failures of work that no call waits for: a network run, a lost device. */
  readonly onErrorObservable = new Observable<Error>();
  /** Side of the picture, pixels. */
  resolution: number;
  /** Side of the picture while something moves; never above `resolution`. */
  movingResolution: number;
  private readonly _engine: AbstractEngine;
  private readonly _extent: HeadExtent;
  private readonly _quad: HeadQuad;
  private readonly _face: Face;
  private readonly _ownsNode: boolean;
  private readonly _frameObserver: Observer<Scene>;
  private readonly _lostObserver: Observer<AbstractEngine>;
  private readonly _nodeObserver: Observer<Node>;
  private _shown: { readonly view: HeadView; readonly version: number; readonly resolution: number } | null = null;
  private _frame = -1;
  private _still = 0;
  private _renders = 0;
  private _disposed = false;

  constructor(
    name: string,
    readonly scene: Scene,
    readonly model: HeadModel,
    options: HeadImageOptions = {},
  ) {
    this._engine = scene.getEngine();
    this._ownsNode = !options.node;
    this.node = options.node ?? new TransformNode(name, scene);
    this.resolution = model.quality.resolution;
    this.movingResolution = model.quality.movingResolution;
    this._face = new Face(model, (error) => this._fail(error));
    this._extent = headExtent(model.base.config);
    this._quad = new HeadQuad(this.node, this._extent);
    // After the scene's own before-render callbacks have moved things, and before anything is drawn.
    this._frameObserver = scene.onBeforeRenderTargetsRenderObservable.add(() => this._guardedUpdate());
    this._lostObserver = this._engine.onContextLostObservable.add(() => this._lost());
    this._nodeObserver = this.node.onDisposeObservable.add(() => this.dispose());
  }

  /** The face without its expression, [numWs, wDim]; null: nothing is shown. Set a new tensor to change it. */
  get ws(): Tensor | null {
    return this._face.ws;
  }
  set ws(ws: Tensor | null) {
    this._face.ws = ws;
  }

  /**
   * Amounts of expressions and attributes by direction or group name, 1: full. Set a new object to change them.
   * @throws AssetError for names the base does not know, NumericError for amounts that are no numbers; nothing changes
   */
  get amounts(): Amounts {
    return this._face.amounts;
  }
  set amounts(amounts: Amounts) {
    this._face.amounts = amounts;
  }

  /** Pictures rendered so far. */
  get renders(): number {
    return this._renders;
  }

  /** Is the newest face on show, at full resolution? */
  get atRest(): boolean {
    const { model, _shown: shown } = this;
    return !model.busy && shown?.version === model.version && shown.resolution === this.resolution;
  }

  /** Settles when the planes are those of the newest face; the next frame shows it. */
  whenSettledAsync(): Promise<void> {
    return this.model.whenSettledAsync();
  }

  /** Removes the head from its scene. The model stays: it may have other uses, and is disposed by who made it. */
  dispose(): void {
    if (this._disposed) return;
    this._disposed = true;
    this._frameObserver.remove();
    this._lostObserver.remove();
    this._nodeObserver.remove();
    this._quad.dispose();
    this.onErrorObservable.clear();
    if (this._ownsNode) this.node.dispose();
  }

  /** A scene must not stop because a head cannot be drawn. */
  private _guardedUpdate(): void {
    try {
      this._update();
    } catch (error) {
      this._stop(error);
    }
  }

  private _update(): void {
    const frame = this.scene.getFrameId();
    // Render targets and further cameras ask again within one frame, when a picture may already be in use.
    if (frame === this._frame || this.model.version === 0 || !this.node.isEnabled()) return;
    this._frame = frame;
    const view = this._face.ws && this._view();
    if (!view) {
      this._quad.hide();
      this._shown = null;
      return;
    }
    const { version } = this.model;
    const before = this._shown;
    const changed = before?.version !== version || !sameView(before.view, view);
    this._still = changed ? 0 : this._still + 1;
    const moving = before !== null && this._still < settleFrames;
    const resolution = moving ? Math.min(this.movingResolution, this.resolution) : this.resolution;
    if (!changed && before.resolution === resolution) return;
    const image = this.model.renderer.render(view.camera, resolution, view.bounds);
    this._quad.show(image, view);
    this._shown = { view, version, resolution };
    this._renders++;
  }

  private _view(): HeadView | null {
    const camera = this.scene.activeCameras?.[0] ?? this.scene.activeCamera;
    if (!camera) return null;
    // Brings the position up to date.
    camera.getViewMatrix();
    const { x, y, z } = camera.globalPosition;
    const world = this.node.computeWorldMatrix().asArray();
    const eye = headFromWorld([x, y, z], world, mirrorOf(this.scene.useRightHandedSystem));
    return eye && headView(eye, this._extent);
  }

  private _lost(): void {
    this._stop(
      new DeviceError(
        'device/lost',
        'The graphics device was lost, and the head with it. Create the model and head again.',
      ),
    );
  }

  private _stop(error: unknown): void {
    this._frameObserver.remove();
    this._quad.hide();
    this._fail(error);
  }

  private _fail(error: unknown): void {
    this.onErrorObservable.notifyObservers(error instanceof Error ? error : new Error(String(error)));
  }
}
