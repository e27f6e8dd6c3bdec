import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { MarchBudget } from './marchBudget.js';
import { NetworkTurns } from './networkTurns.js';

/** A picture that a head would like to take in this frame. */
export interface March {
  readonly rays: number;
  /** Frame of this picture's last march; -1: never. */
  readonly takenAt: number;
  /** Submits the work. */
  readonly run: () => void;
  /** Settles when the device is through with it. */
  readonly done: () => Promise<unknown>;
}

/** A head as the scheduler sees it. */
export interface ScheduledHead {
  /** Has it planes, or are they being made? */
  readonly active: boolean;
  /** Looks through the frame's cameras. Returns the head's size on the largest screen, pixels; 0: no picture is wanted. */
  look(cameras: readonly Camera[], frame: number): number;
  activate(): void;
  deactivate(): void;
  /** What it saw in `look` and has no picture of. */
  marches(): March[];
  /** The frame's marches are submitted: shows what there is. */
  settle(): void;
}

/** A head that has planes stays in favour until another is so much larger. */
const favour = 1.25;

const schedulers = new WeakMap<Scene, HeadScheduler>();

/**
 * Shares a scene's frames among its heads: which have planes (the largest on screen), whose network runs, and whose
 * pictures are taken now (those that have waited longest), so far as the budgets reach. What must wait shows its last
 * picture.
 */
export class HeadScheduler {
  /** Heads that may have planes and a picture at a time; the others show their mesh. */
  maxActiveHeads = 8;
  /** Estimated graphics time that marches may take in a frame, milliseconds; one march a frame is always allowed. */
  budgetMs = 8;
  /** Cameras with a picture of their own, for one head. */
  maxPictures = 4;
  /** Replace it to count time otherwise, in tests say. */
  budget = new MarchBudget();
  /** Milliseconds, for the motion of faces and the networks' turns. Replace it to play time otherwise, in films say. */
  now: () => number = () => performance.now();
  /** Whose network runs. */
  readonly turns = new NetworkTurns(() => this.now());
  private readonly _heads = new Set<ScheduledHead>();
  private _observer: Observer<Scene> | null = null;
  private _frame = -1;

  private constructor(private readonly _scene: Scene) {
    _scene.onDisposeObservable.addOnce(() => {
      this._heads.clear();
      this._observer?.remove();
    });
  }

  static Of(scene: Scene): HeadScheduler {
    let own = schedulers.get(scene);
    if (!own) schedulers.set(scene, (own = new HeadScheduler(scene)));
    return own;
  }

  get activeHeads(): number {
    return [...this._heads].filter(({ active }) => active).length;
  }

  add(head: ScheduledHead): void {
    this._heads.add(head);
    // After the scene's own before-render callbacks have moved things, and before anything is drawn.
    this._observer ??= this._scene.onBeforeRenderTargetsRenderObservable.add(() => this._update());
  }

  remove(head: ScheduledHead): void {
    this._heads.delete(head);
    if (this._heads.size > 0) return;
    this._observer?.remove();
    this._observer = null;
  }

  /** Gives a head planes before it is seen, where there is room. */
  offer(head: ScheduledHead): void {
    if (!head.active && this.activeHeads < this.maxActiveHeads) head.activate();
  }

  private _update(): void {
    const { _scene: scene } = this;
    const frame = scene.getFrameId();
    // Every camera of a frame asks again, when pictures may be in use already.
    if (frame === this._frame) return;
    this._frame = frame;
    const { activeCameras, activeCamera } = scene;
    const cameras = activeCameras?.length ? activeCameras : activeCamera ? [activeCamera] : [];
    const chosen = this._choose(cameras, frame);
    this.turns.give();
    this.budget.begin();
    const marches = [...chosen].flatMap((head) => head.marches()).sort((a, b) => a.takenAt - b.takenAt);
    for (const { rays, run, done } of marches) {
      if (!this.budget.allows(rays, this.budgetMs)) break;
      run();
      this.budget.spend(rays, done);
    }
    for (const head of this._heads) head.settle();
  }

  /** The heads of this frame, active from here on. */
  private _choose(cameras: readonly Camera[], frame: number): Set<ScheduledHead> {
    const most = Math.max(0, this.maxActiveHeads);
    const seen = [...this._heads]
      .map((head) => ({ head, size: head.look(cameras, frame) * (head.active ? favour : 1) }))
      .filter(({ size }) => size > 0)
      .sort((a, b) => b.size - a.size)
      .map(({ head }) => head);
    const chosen = new Set(seen.slice(0, most));
    for (const head of this._heads) {
      if (!head.active || chosen.has(head)) continue;
      // A head that looked away keeps its planes as long as nobody needs the place.
      if (chosen.size < most && !seen.includes(head)) chosen.add(head);
      else head.deactivate();
    }
    for (const head of seen) if (chosen.has(head)) head.activate();
    return chosen;
  }
}
