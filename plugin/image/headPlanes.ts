import { AssetError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Output } from '../../runtime/execution/execution.js';
import { expressedFace, type ExpressedFace } from '../../runtime/expression/expressedFace.js';
import { ExpressedPlanes } from '../../runtime/expression/expressedPlanes.js';
import type { Generator } from '../../runtime/generator/generator.js';
import { resolveAmounts, type Amounts } from '../../runtime/latent/directions.js';
import { expectFinite } from './expectFinite.js';
import { FaceBlend } from './faceBlend.js';
import type { FacePlanes } from './graphics.js';
import type { HeadModel } from './headModel.js';
import { LatestTask, nextTask } from './latestTask.js';
import type { NetworkTurns, TurnTaker } from './networkTurns.js';

/** A face that did not change for so long is at rest: it stands exactly. Milliseconds. */
const restAfter = 40;
/** So many times later than was to be expected, a result is the first of a motion, or a lone change. */
const late = 2.5;
/** The memory for what comes is given back so long after the last motion. Milliseconds. */
const keepComing = 1000;

/** An absent amount is 0. */
const sameAmounts = (a: Amounts, b: Amounts): boolean =>
  Object.keys({ ...a, ...b }).every((name) => (a[name] ?? 0) === (b[name] ?? 0));

/**
 * One head's face, and its planes on the GPU while it has any: made from its newest latent, only while it is active. The
 * network runs when the head has its turn; while the face moves, what is shown goes over from one result to the next.
 */
export class HeadPlanes implements TurnTaker {
  /** Pixels on the largest screen. */
  size = 0;
  private _texels: FacePlanes | null = null;
  /** What the face goes over to; null while it does not move. */
  private _coming: FacePlanes | null = null;
  /** Where parts of a new face are gathered, which are not shown before it is whole. */
  private _gathering: FacePlanes | null = null;
  private readonly _blend = new FaceBlend();
  private _ws: Tensor | null = null;
  private _amounts: Amounts = {};
  private _face: ExpressedFace | null = null;
  /** What makes planes, with the generator that it is of. */
  private _maker: { readonly generator: Generator; readonly planes: ExpressedPlanes } | null = null;
  private _version = 0;
  /** Counts the places given back. */
  private _left = 0;
  private _made = false;
  /** Were the first planes looked at? */
  private _sound = false;
  private _madeOf: Tensor | null = null;
  private _changedAt = 0;
  private _arrivedAt = -Infinity;
  /** How many wait for the newest face. */
  private _waiting = 0;
  private _task = this._newTask();

  constructor(
    private readonly _model: HeadModel,
    private readonly _turns: NetworkTurns,
    private readonly _onError: (error: unknown) => void,
  ) {}

  /** Has the head a place for planes? */
  get active(): boolean {
    return this._texels !== null;
  }

  /** What the planes were made of; null while they are between two faces. */
  get madeOf(): Tensor | null {
    return this._blend.done ? this._madeOf : null;
  }

  /** Planes to be marched; null before the first, or without a place. The same object while the head is active. */
  get texels(): FacePlanes | null {
    return this._made ? this._texels : null;
  }

  /** Bytes on the GPU. */
  get bytes(): number {
    return [this._texels, this._coming, this._gathering].reduce((sum, each) => sum + (each?.bytes ?? 0), 0);
  }

  /** Counts the planes that were shown: it grows whenever they change. */
  get version(): number {
    return this._version;
  }

  /** Does the network run for this head, or a request wait for it, or is the newest face not reached yet? */
  get busy(): boolean {
    return this._task.busy || !this._blend.done;
  }

  /** Settles when the planes are those of the newest face, out of turn; rejects where the last run failed. */
  async settled(): Promise<void> {
    this._waiting++;
    this._turns.hurry(this);
    try {
      await this._task.settled();
      this._go(this._blend.finish());
    } finally {
      this._waiting--;
    }
  }

  /** The face without its expression, [numWs, wDim]; null: nothing is shown. */
  get ws(): Tensor | null {
    return this._ws;
  }
  set ws(ws: Tensor | null) {
    if (ws === this._ws) return;
    this._ws = ws;
    this._express();
  }

  /**
   * Amounts by direction or group name.
   * @throws AssetError for names the base does not know, NumericError for amounts that are no numbers; nothing changes
   */
  get amounts(): Amounts {
    return this._amounts;
  }
  set amounts(amounts: Amounts) {
    const { directions } = this._model;
    if (directions) {
      resolveAmounts(directions, amounts);
    } else if (Object.keys(amounts).length > 0) {
      throw new AssetError(
        'latent/direction',
        'HeadImage.amounts: this model has no directions. Pass them to createHeadModelAsync.',
      );
    }
    if (sameAmounts(amounts, this._amounts)) return;
    this._amounts = { ...amounts };
    this._express();
  }

  /** What is to be shown: `ws` with `amounts`, a new object whenever one of them changes; null: none. */
  get face(): ExpressedFace | null {
    return this._face;
  }
  set face(face: ExpressedFace | null) {
    this._face = face;
    this._changedAt = this._turns.now();
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
    this._dropComing();
    this._forget();
    this._maker = null;
    this._turns.leave(this);
  }

  /** The place is gone with its device, and so is a run that may never end. */
  lose(): void {
    this._coming = null;
    this._gathering = null;
    this._maker = null;
    this._forget();
    this._task = this._newTask();
  }

  /** Brings the planes to where they should be in this frame. */
  advance(): void {
    const now = this._turns.now();
    if (this._blend.done) {
      if (!this._task.busy && now - this._arrivedAt > keepComing) this._dropComing();
      return;
    }
    const atRest = !this._task.busy && now - this._changedAt >= restAfter;
    this._go(atRest ? this._blend.finish() : this._blend.step(now));
  }

  private _express(): void {
    const { directions } = this._model;
    const ws = this._ws;
    const bare = ws && { ws, look: ws, amounts: new Map<string, number>() };
    this.face = ws && directions ? expressedFace(ws, directions, this._amounts) : bare;
  }

  private _forget(): void {
    this._left++;
    this._texels = null;
    this._made = false;
    this._arrivedAt = -Infinity;
    this._blend.finish();
  }

  private _dropComing(): void {
    for (const each of [this._coming, this._gathering]) if (each) this._model.shared.givePlanes(each);
    this._coming = null;
    this._gathering = null;
  }

  private _newTask(): LatestTask<ExpressedFace> {
    return new LatestTask<ExpressedFace>(
      (face) => this._run(face),
      // Who shows nothing yet does not wait.
      () => (this._waiting > 0 || !this._made ? Promise.resolve() : this._turns.take(this)),
    );
  }

  private _request(): void {
    if (this._face && this._texels) this._task.run(this._face).catch(this._onError);
  }

  private async _run(face: ExpressedFace): Promise<void> {
    const { _model: model, _texels: into, _left: left } = this;
    const { generator } = model.shared;
    if (!into || !generator) return;
    // A first run loads the network, which tells nothing of the next.
    const measured = this._made;
    const onGpu = generator.execution.device !== null;
    // The device's own time lies between two points of its queue.
    const reached = (): Promise<number> =>
      (onGpu && measured ? model.shared.done() : Promise.resolve()).then(() => this._turns.now());
    const before = reached();
    const planes = await this._makerOf(generator).planes(face.ws, face);
    // The head may have lost its place, or the device its life, while the network ran.
    const fits = (): boolean => model.canDraw && left === this._left;
    try {
      if (!this._sound && fits()) {
        if (!inParts(into, planes)) setPlanes(into, planes);
        await expectFinite(model, into, planes.data).catch((error: unknown) => {
          if (fits()) throw error;
        });
        this._sound = fits();
      }
      if (fits() && inParts(into, planes)) await this._gather(planes, into, fits);
      if (fits()) this._arrive(face, planes, into);
    } finally {
      planes.release();
    }
    if (!measured) return;
    // A lost device measures nothing.
    void Promise.all([before, reached()]).then(
      ([from, to]) => this._turns.measured(to - from, generator.execution.beside),
      () => undefined,
    );
  }

  private _makerOf(generator: Generator): ExpressedPlanes {
    const { motion, person } = this._model;
    if (this._maker?.generator !== generator) {
      this._maker = { generator, planes: new ExpressedPlanes(generator, motion, person) };
    }
    return this._maker.planes;
  }

  /** Parts have tasks of their own, so that none holds the page up. Nobody sees the first planes before they have arrived. */
  private async _gather({ data, dims }: Output, into: FacePlanes, fits: () => boolean): Promise<void> {
    const target = this._made ? (this._gathering ??= this._model.shared.takePlanes()) : into;
    for (const part of target?.parts?.({ data: data!, dims }) ?? []) {
      if (!fits()) return;
      part();
      await nextTask();
    }
  }

  /** @returns what the face goes over to; null: it is there */
  private _put(planes: Output, into: FacePlanes, direct: boolean): FacePlanes | null {
    const gathered = this._gathering;
    if (inParts(into, planes)) {
      if (!this._made || !gathered) return null;
      if (direct) into.mix(gathered, 1);
      else [this._coming, this._gathering] = [gathered, this._coming];
      return direct ? null : gathered;
    }
    const coming = direct ? null : (this._coming ??= this._model.shared.takePlanes());
    // In GPU memory the planes never leave it: the copy is queued before the release.
    setPlanes(coming ?? into, planes);
    return coming;
  }

  private _arrive(face: ExpressedFace, planes: Output, into: FacePlanes): void {
    const now = this._turns.now();
    const { interval } = this._turns;
    const gap = now - this._arrivedAt;
    const first = gap > late * interval;
    const direct = !this._made || this._waiting > 0 || (first && face === this._face);
    // The face goes on from where it is now.
    if (!direct) this._go(this._blend.step(now));
    const coming = this._put(planes, into, direct);
    this._arrivedAt = now;
    this._madeOf = face.ws;
    this._made = true;
    if (coming) {
      this._blend.begin(now, first ? interval : gap);
    } else {
      this._blend.finish();
      this._version++;
    }
  }

  /** @param share of the way that remains */
  private _go(share: number): void {
    if (share <= 0 || !this._texels || !this._coming) return;
    this._texels.mix(this._coming, share);
    this._version++;
  }
}

const setPlanes = (into: FacePlanes, { buffer, data, dims }: Output): void =>
  into.set(buffer ? { buffer, dims } : { data: data!, dims });

const inParts = (into: FacePlanes, { data }: Output): boolean => data !== null && into.parts !== undefined;
