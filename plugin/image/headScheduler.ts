import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { levelSides, shareLevels, type LevelSide } from './headLevel.js';
import { MarchBudget } from './marchBudget.js';
import { NetworkTurns } from './networkTurns.js';
import { expectGiven } from '../../runtime/core/given.js';

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
  /** Of the volume that its fast pictures are taken from. */
  level: LevelSide;
  /** Looks through the frame's cameras. Returns the head's size on the largest screen, pixels; 0: no picture is wanted. */
  look(cameras: readonly Camera[], frame: number): number;
  activate(): void;
  deactivate(): void;
  /** What it saw in `look` and has no picture of. */
  marches(): March[];
  /** The frame's marches are submitted: shows what there is. */
  settle(): void;
}

/** A head that is seen, or was. */
interface Seen {
  readonly head: ScheduledHead;
  /** On the largest screen, pixels. */
  readonly size: number;
}

/** A head that has planes stays in favour until another is so much larger. */
const favour = 1.25;
/** Slow frames are no absence: a head keeps its memory for so many of them at least. */
const idleFrames = 30;

const schedulers = new WeakMap<Scene, HeadScheduler>();

/**
 * Shares a scene's frames among its heads: which have planes (the largest on screen), whose network runs, and whose
 * pictures are taken now (those that have waited longest, the largest first), so far as the budgets reach. What must wait
 * shows its last picture. A head far away has a smaller volume, one out of sight for a while none.
 */
export class HeadScheduler {
  /** Heads that may have planes and a picture at a time; the others show their mesh. */
  maxActiveHeads = 8;
  /** Estimated graphics time that marches may take in a frame, milliseconds; one march a frame is always allowed. */
  budgetMs = 8;
  /** Voxels of all baked volumes together: the heads that are largest on screen get the fine ones first. */
  maxVoxels = 4 * levelSides[0] ** 3;
  /** A head that nobody has seen for so long gives its planes, volume and pictures back. Milliseconds. */
  idleAfterMs = 5000;
  /** Cameras with a picture of their own, for one head. */
  maxPictures = 4;
  /** Replace it to count time otherwise, in tests say. */
  budget = new MarchBudget();
  /** Milliseconds, for the motion of faces and the networks' turns. Replace it to play time otherwise, in films say. */
  now: () => number = () => performance.now();
  /** Whose network runs. */
  readonly turns = new NetworkTurns(() => this.now());
  private readonly _heads = new Set<ScheduledHead>();
  /** When a head was last seen, or got its place. */
  private readonly _seenAt = new WeakMap<ScheduledHead, { readonly time: number; readonly frame: number }>();
  private _observer: Observer<Scene> | null = null;
  private _frame = -1;

  private constructor(private readonly _scene: Scene) {
    _scene.onDisposeObservable.addOnce(() => {
      this._heads.clear();
      this._observer?.remove();
    });
  }

  static Of(scene: Scene): HeadScheduler {
    expectGiven('HeadScheduler.Of', 'scene', scene);
    let own = schedulers.get(scene);
    if (!own) schedulers.set(scene, (own = new HeadScheduler(scene)));
    return own;
  }

  get activeHeads(): number {
    return [...this._heads].filter(({ active }) => active).length;
  }

  add(head: ScheduledHead): void {
    expectGiven('HeadScheduler.add', 'scheduled', head);
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
    expectGiven('HeadScheduler.offer', 'scheduled', head);
    if (!head.active && this.activeHeads < this.maxActiveHeads) this._activate(head);
  }

  private _update(): void {
    const { _scene: scene } = this;
    const frame = scene.getFrameId();
    // Every camera of a frame asks again, when pictures may be in use already.
    if (frame === this._frame) return;
    this._frame = frame;
    const { activeCameras, activeCamera } = scene;
    const cameras = activeCameras?.length ? activeCameras : activeCamera ? [activeCamera] : [];
    const seen = this._choose(cameras, frame);
    this._shareLevels(seen);
    this.turns.give();
    this.budget.begin();
    // Who waits grows in weight, so that everybody gets a turn, the largest on screen more often.
    const weight = (size: number, { takenAt }: March): number => (takenAt < 0 ? Infinity : size * (frame - takenAt));
    const marches = seen
      .flatMap(({ head, size }) => head.marches().map((march) => ({ ...march, weight: weight(size, march) })))
      .sort((a, b) => (a.weight === b.weight ? 0 : b.weight - a.weight));
    for (const { rays, run, done } of marches) {
      if (!this.budget.allows(rays, this.budgetMs)) break;
      run();
      this.budget.spend(rays, done);
    }
    for (const head of this._heads) head.settle();
  }

  /** The heads that are seen in this frame and have a place, active from here on. */
  private _choose(cameras: readonly Camera[], frame: number): Seen[] {
    const most = Math.max(0, this.maxActiveHeads);
    const favoured = ({ head, size }: Seen): number => size * (head.active ? favour : 1);
    const seen = [...this._heads]
      .map((head) => ({ head, size: head.look(cameras, frame) }))
      .filter(({ size }) => size > 0)
      .sort((a, b) => favoured(b) - favoured(a));
    const chosen = seen.slice(0, most);
    const inView = new Set(chosen.map(({ head }) => head));
    const others = new Set(seen.slice(most).map(({ head }) => head));
    let places = most - chosen.length;
    for (const head of this._heads) {
      if (!head.active || inView.has(head)) continue;
      // A head that looked away keeps its planes for a while, as long as nobody needs the place.
      if (places > 0 && !others.has(head) && !this._isIdle(head, frame)) places--;
      else head.deactivate();
    }
    for (const head of inView) this._activate(head);
    return chosen;
  }

  private _activate(head: ScheduledHead): void {
    this._seenAt.set(head, { time: this.now(), frame: this._frame });
    head.activate();
  }

  private _isIdle(head: ScheduledHead, frame: number): boolean {
    const seen = this._seenAt.get(head);
    return seen !== undefined && this.now() - seen.time > this.idleAfterMs && frame - seen.frame > idleFrames;
  }

  private _shareLevels(seen: readonly Seen[]): void {
    const levels = shareLevels(
      seen.map(({ head, size }) => ({ size, level: head.level })),
      this.maxVoxels,
    );
    seen.forEach(({ head }, i) => (head.level = levels[i]!));
  }
}
