import { median } from '../../../runtime/core/median.js';
import type { FrameView } from './frameView.js';

/** What a person in front of a camera is asked for, in this order. Left and right are the person's own. */
export const asks = ['front', 'left', 'right', 'up', 'down', 'smile', 'open'] as const;
export type Ask = (typeof asks)[number];

/** Why a frame is of no use. */
export type Hint = 'no-face' | 'closer' | 'back' | 'middle' | 'still' | 'light';

/** Where a guided capture stands. */
export interface GuideState {
  /** What to ask for now; null: all was seen. */
  readonly ask: Ask | null;
  /** How much of each was seen, 0..1. */
  readonly seen: Readonly<Record<Ask, number>>;
  /** What keeps the newest frame from counting. */
  readonly hint: Hint | null;
  /** What the user or the guide's patience left out. */
  readonly skipped: ReadonlySet<Ask>;
}

/** Steps of turning from the straight look, degrees: each counts once. */
const turns = [12, 20, 28, 36] as const;
/** Landmarks see about two thirds of a nod. */
const nods = [6, 10, 14] as const;
/** Marks that fill an ask: of the steps one may be passed over; of the others, frames that show it. */
const wanted: Readonly<Record<Ask, number>> = { front: 3, left: 3, right: 3, up: 2, down: 2, smile: 3, open: 3 };
/** By how much a smile widens the mouth and how far open lips are apart, in distances between the eyes. */
const smiling = 0.07;
const opened = 0.12;
/** A head that is turned further shows neither well. */
const frontal = 20;
/** Limits of a usable frame, see `FrameView`. */
const limits = { smallest: 0.3, largest: 1.15, offset: 0.28, sharpness: 12, brightness: 35 } as const;
/** The guide goes on to the next when one takes longer than this and enough frames showed a face. */
const patience = { seconds: 12, frames: 12 } as const;

/** What is wrong with a frame, worst first; null: nothing. */
export function hintOf(view: FrameView | null): Hint | null {
  if (!view) return 'no-face';
  if (view.brightness < limits.brightness) return 'light';
  if (view.size < limits.smallest) return 'closer';
  if (view.size > limits.largest) return 'back';
  if (Math.max(...view.offset.map(Math.abs)) > limits.offset) return 'middle';
  return view.sharpness < limits.sharpness ? 'still' : null;
}

/**
 * Leads a person through the views that a head is learned from. Views count whenever they come, asked for or not; what
 * is asked for is the first that is still missing. Turns are measured from the straight look that comes first: landmarks
 * alone see the pitch of a face only up to some degrees.
 */
export class CaptureGuide {
  private readonly _straight: FrameView[] = [];
  private readonly _marks: Readonly<Record<Ask, Set<number>>>;
  private readonly _skipped = new Set<Ask>();
  private _hint: Hint | null = 'no-face';
  private _asked: Ask | null = 'front';
  private _since: number | null = null;
  private _faces = 0;

  constructor() {
    this._marks = Object.fromEntries(asks.map((ask) => [ask, new Set<number>()])) as Record<Ask, Set<number>>;
  }

  get state(): GuideState {
    const seen = Object.fromEntries(asks.map((ask) => [ask, Math.min(1, this._marks[ask].size / wanted[ask])]));
    return {
      ask: this._asked,
      seen: seen as Record<Ask, number>,
      hint: this._hint,
      skipped: new Set(this._skipped),
    };
  }

  /**
   * Takes the next frame.
   * @param view null where no face was found
   * @param seconds of any clock that goes forward
   */
  see(view: FrameView | null, seconds: number): GuideState {
    this._since ??= seconds;
    this._hint = hintOf(view);
    if (view && this._hint === null) {
      this._faces++;
      this._count(view);
    }
    const wasTried = seconds - this._since > patience.seconds && this._faces >= patience.frames;
    // Without a straight look nothing else can be told.
    if (wasTried && this._asked !== null && this._asked !== 'front') this._skipped.add(this._asked);
    this._goOn(seconds);
    return this.state;
  }

  /** Leaves out what is asked for now. A straight look cannot be left out. */
  skip(seconds: number): GuideState {
    if (this._asked !== null && this._asked !== 'front') this._skipped.add(this._asked);
    this._goOn(seconds);
    return this.state;
  }

  private _goOn(seconds: number): void {
    const next = asks.find((ask) => this._marks[ask].size < wanted[ask] && !this._skipped.has(ask)) ?? null;
    if (next === this._asked) return;
    this._asked = next;
    this._since = seconds;
    this._faces = 0;
  }

  private _count(view: FrameView): void {
    if (this._straight.length < wanted.front) {
      if (Math.abs(view.yaw) > frontal || Math.abs(view.pitch) > frontal) return;
      this._marks.front.add(this._straight.length);
      this._straight.push(view);
      return;
    }
    const straight = (of: (frame: FrameView) => number): number => median(this._straight.map(of));
    const yaw = view.yaw - straight((frame) => frame.yaw);
    const pitch = view.pitch - straight((frame) => frame.pitch);
    // A camera at the person's left sees a head that is turned to its right.
    const reached = (amount: number, steps: readonly number[], ask: Ask): void =>
      steps.forEach((step, i) => {
        if (amount >= step && amount < (steps[i + 1] ?? Infinity)) this._marks[ask].add(i);
      });
    if (Math.abs(pitch) < frontal) {
      reached(-yaw, turns, 'left');
      reached(yaw, turns, 'right');
    }
    if (Math.abs(yaw) > frontal) return;
    reached(-pitch, nods, 'up');
    reached(pitch, nods, 'down');
    if (Math.abs(pitch) > nods[1]) return;
    const isOpen = view.mouth.opening - straight((frame) => frame.mouth.opening) > opened;
    const isWide = view.mouth.width - straight((frame) => frame.mouth.width) > smiling;
    if (isOpen) this._add('open');
    else if (isWide) this._add('smile');
  }

  private _add(ask: 'smile' | 'open'): void {
    const marks = this._marks[ask];
    if (marks.size < wanted[ask]) marks.add(marks.size);
  }
}
