import '@babylonjs/core/Animations/animatable.js';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import type { IAnimationKey } from '@babylonjs/core/Animations/animationKey.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { keyedControls } from './controls.js';

export const framesPerSecond = 30;
export const lastFrame = 90;

/** What is saved with the group: which frames have keys of the user's, and where the playhead is. */
interface Marks {
  frames: number[];
  playhead: number;
}

/** Level at each key, so that a face eases in and out. */
const levelKey = (frame: number, value: number): IAnimationKey => ({ frame, value, inTangent: 0, outTangent: 0 });

/** A head's keys: one AnimationGroup of the scene, played, scrubbed and saved by Babylon. */
export class Timeline {
  private readonly _group: AnimationGroup;

  /** Takes the group that was saved with the head, or makes one with a key at frame 0. */
  constructor(private readonly _head: PersonalizedHeadMesh) {
    const scene = _head.getScene();
    const saved = scene.animationGroups.find(
      ({ metadata, targetedAnimations: [first] }) => first?.target === _head && isMarks(metadata),
    );
    this._group = saved ?? new AnimationGroup(`${_head.name} timeline`, scene);
    if (saved) return;
    this._group.metadata = { frames: [], playhead: 0 } satisfies Marks;
    for (const { path } of keyedControls) {
      const animation = new Animation(path, path, framesPerSecond, Animation.ANIMATIONTYPE_FLOAT);
      animation.setKeys([levelKey(0, 0)]);
      this._group.addTargetedAnimation(animation, _head);
    }
    this.addKey(0);
  }

  /** Frames that have keys, in order. */
  get frames(): readonly number[] {
    return this._marks.frames;
  }

  get playing(): boolean {
    return this._group.animatables.some(({ paused }) => !paused);
  }

  get frame(): number {
    return this.playing ? this._group.getCurrentFrame() : this._marks.playhead;
  }

  play(): void {
    const from = this.frame;
    this._group.stop();
    this._group.start(true, 1, 0, lastFrame);
    this._group.goToFrame(from >= lastFrame ? 0 : from);
  }

  pause(): void {
    // Playing stops between frames; keys are kept at whole ones.
    this.goTo(this.frame);
  }

  /** Stops there and shows it. */
  goTo(frame: number): void {
    const there = Math.min(lastFrame, Math.max(0, Math.round(frame)));
    if (!this._group.isStarted) this._group.start(true, 1, 0, lastFrame);
    this._group.pause();
    this._group.goToFrame(there);
    this._marks.playhead = there;
  }

  /** Keeps the face of now, by default at the playhead. */
  addKey(frame = Math.round(this.frame)): void {
    this._edit(frame, true);
  }

  /** Takes the playhead's key away. Frame 0 keeps its own. */
  removeKey(): void {
    const frame = Math.round(this.frame);
    if (frame !== 0 && this.frames.includes(frame)) this._edit(frame, false);
  }

  /** Takes the group out of the scene. */
  dispose(): void {
    this._group.dispose();
  }

  private get _marks(): Marks {
    return this._group.metadata as Marks;
  }

  private _edit(frame: number, add: boolean): void {
    if (this.playing) this.pause();
    // Running animations know the keys that they were started with.
    this._group.stop();
    const others = this.frames.filter((other) => other !== frame);
    const frames = (add ? [...others, frame] : others).sort((a, b) => a - b);
    for (const { animation } of this._group.targetedAnimations) {
      const control = keyedControls.find(({ path }) => path === animation.targetProperty);
      if (!control) continue;
      const keys = animation.getKeys().filter((key) => others.includes(key.frame));
      if (add) keys.push(levelKey(frame, control.get(this._head)));
      keys.sort((a, b) => a.frame - b.frame);
      // All tracks last as long, holding what their last key says.
      const last = keys.at(-1)!;
      if (last.frame < lastFrame) keys.push(levelKey(lastFrame, last.value as number));
      animation.setKeys(keys);
    }
    this._marks.frames = frames;
  }
}

function isMarks(metadata: unknown): boolean {
  return Array.isArray((metadata as Partial<Marks> | null)?.frames);
}

/** A few keys to begin with: a smile, then a look to the side. */
export function rehearse(head: PersonalizedHeadMesh, timeline: Timeline): void {
  head.smile = 1;
  timeline.addKey(30);
  head.smile = 0.3;
  Object.assign(head.pose, { yaw: 0.45, pitch: 0.08, roll: -0.06 });
  timeline.addKey(60);
  timeline.goTo(0);
  timeline.addKey(lastFrame);
}
