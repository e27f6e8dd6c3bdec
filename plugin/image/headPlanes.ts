import type { Tensor } from '../../runtime/core/tensor.js';
import type { PlaneTexels } from '../../runtime/render/gpu/planeTexels.js';
import type { HeadModel } from './headModel.js';
import { LatestTask } from './latestTask.js';

/** One head's planes on the GPU, while it has any: made from its newest latent, only while it is active. */
export class HeadPlanes {
  private _texels: PlaneTexels | null = null;
  private _ws: Tensor | null = null;
  private _version = 0;
  private _made = false;
  private _madeOf: Tensor | null = null;
  private _task = this._newTask();

  constructor(
    private readonly _model: HeadModel,
    private readonly _onError: (error: unknown) => void,
  ) {}

  /** Has the head a place for planes? */
  get active(): boolean {
    return this._texels !== null;
  }

  /** What the newest planes were made of. */
  get madeOf(): Tensor | null {
    return this._madeOf;
  }

  /** Planes to be marched; null before the first, or without a place. */
  get texels(): PlaneTexels | null {
    return this._made ? this._texels : null;
  }

  /** Counts the planes that were made. */
  get version(): number {
    return this._version;
  }

  /** Does the network run for this head, or a request wait for it? */
  get busy(): boolean {
    return this._task.busy;
  }

  /** Settles when no request waits; rejects where the last one failed. */
  settled(): Promise<void> {
    return this._task.settled();
  }

  /** @param ws [numWs, wDim] of the face to show; null: none */
  set ws(ws: Tensor | null) {
    this._ws = ws;
    this._request();
  }

  /** Takes a place for planes and makes them. */
  activate(): void {
    if (this._texels) return;
    this._texels = this._model.shared.takePlanes();
    this._request();
  }

  /** Gives the place back; the next `activate` makes the planes anew. */
  deactivate(): void {
    if (!this._texels) return;
    this._model.shared.givePlanes(this._texels);
    this._forget();
  }

  /** The place is gone with its device, and so is a run that may never end. */
  lose(): void {
    this._forget();
    this._task = this._newTask();
  }

  private _forget(): void {
    this._texels = null;
    this._made = false;
  }

  private _newTask(): LatestTask<Tensor> {
    return new LatestTask<Tensor>((ws) => this._run(ws));
  }

  private _request(): void {
    if (this._ws && this._texels) this._task.run(this._ws).catch(this._onError);
  }

  private async _run(ws: Tensor): Promise<void> {
    const { _model: model, _texels: into } = this;
    if (!into || !model.shared.generator) return;
    const planes = await model.shared.generator.planes(ws, model.person);
    const { renderer } = model;
    // The head may have lost its place, or the device its life, while the network ran.
    if (renderer && into === this._texels) {
      const { dims } = planes;
      // In GPU memory the planes never leave it: the copy is queued before the release.
      renderer.setPlanes(planes.buffer ? { buffer: planes.buffer, dims } : { data: planes.data!, dims }, into);
      this._version++;
      this._made = true;
      this._madeOf = ws;
    }
    planes.release();
  }
}
