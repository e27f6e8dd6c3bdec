import type { FrameView } from './frameView.js';

/** A frame that was kept. */
export interface ChosenFrame<T> {
  readonly view: FrameView;
  readonly frame: T;
}

export interface FrameChoiceOptions {
  /** Of this many frames that follow one another only the sharpest is looked at; default 1. */
  readonly group?: number;
  /** Frames kept at most; default 60. */
  readonly most?: number;
  /** Views nearer than this are one view, of which the sharpest frame stays: degrees; default 4. */
  readonly spacing?: number;
  /** Less sharp ones are never kept, see `FrameView.sharpness`; default 15. */
  readonly least?: number;
}

/** A smile or an open mouth is another view too: degrees that one distance between the eyes counts. */
const mouthDegrees = 40;

/** How far apart two views are, degrees. */
export function viewDistance(a: FrameView, b: FrameView): number {
  return Math.hypot(
    a.yaw - b.yaw,
    a.pitch - b.pitch,
    mouthDegrees * (a.mouth.width - b.mouth.width),
    mouthDegrees * (a.mouth.opening - b.mouth.opening),
  );
}

/**
 * Chooses frames of a film: the sharpest, spread over the views. Frames come one at a time; what is kept at any moment is
 * a good choice of all that came.
 */
export class FrameChoice<T> {
  private _kept: ChosenFrame<T>[] = [];
  private readonly _options: Required<FrameChoiceOptions>;
  private _best: ChosenFrame<T> | null = null;
  private _offered = 0;

  constructor(options: FrameChoiceOptions = {}) {
    this._options = { group: 1, most: 60, spacing: 4, least: 15, ...options };
  }

  /** In the order of their yaw. A group that is not complete counts too. */
  get kept(): readonly ChosenFrame<T>[] {
    this._closeGroup();
    return [...this._kept].sort((a, b) => a.view.yaw - b.view.yaw);
  }

  /** @param view null where the frame shows no face */
  offer(view: FrameView | null, frame: T): void {
    this._offered++;
    if (view && view.sharpness > (this._best?.view.sharpness ?? 0)) this._best = { view, frame };
    if (this._offered >= this._options.group) this._closeGroup();
  }

  private _closeGroup(): void {
    const best = this._best;
    this._best = null;
    this._offered = 0;
    if (!best || best.view.sharpness < this._options.least) return;
    const near = this._kept.filter(({ view }) => viewDistance(view, best.view) < this._options.spacing);
    if (near.some(({ view }) => view.sharpness >= best.view.sharpness)) return;
    // It is sharper than all that are near it, and stands for them.
    this._kept = [...this._kept.filter((other) => !near.includes(other)), best];
    if (this._kept.length > this._options.most) {
      const least = this._leastNeeded();
      this._kept = this._kept.filter((other) => other !== least);
    }
  }

  /** Of the two nearest views the less sharp one. */
  private _leastNeeded(): ChosenFrame<T> {
    let least = this._kept[0]!;
    let nearest = Infinity;
    this._kept.forEach((a, i) => {
      for (const b of this._kept.slice(i + 1)) {
        const distance = viewDistance(a.view, b.view);
        if (distance >= nearest) continue;
        nearest = distance;
        least = a.view.sharpness < b.view.sharpness ? a : b;
      }
    });
    return least;
  }
}
