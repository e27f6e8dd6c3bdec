import type { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import { faceClip, type FaceClip, type RecordedFace } from '../../personalize/tracking/faceClip.js';
import type { TrackedFace } from '../../personalize/tracking/faceTracker.js';
import { faceClipAnimationGroup, type PersonalizedHeadMesh } from '../../plugin/index.js';

/** Frames a second of a clip. */
const rate = 30;

/** Takes down what the head did, and plays it again. */
export class Recorder {
  private _faces: RecordedFace[] | null = null;
  private _clip: FaceClip | null = null;
  private _group: AnimationGroup | null = null;

  get isRecording(): boolean {
    return this._faces !== null;
  }

  get isPlaying(): boolean {
    return this._group !== null;
  }

  /** The last one; null: there is none. */
  get clip(): FaceClip | null {
    return this._clip;
  }
  set clip(clip: FaceClip | null) {
    this.stopPlaying();
    this._clip = clip;
  }

  begin(): void {
    this.stopPlaying();
    this._faces = [];
  }

  /** @param face as the head shows it */
  add(face: TrackedFace, time: number): void {
    this._faces?.push({ face, time });
  }

  /** @returns is there a clip? Not where no face was seen. */
  end(): boolean {
    const faces = this._faces ?? [];
    this._faces = null;
    if (faces.length === 0) return false;
    this._clip = faceClip(faces, rate);
    return true;
  }

  /** @param onEnd it was played to its end */
  play(head: PersonalizedHeadMesh, onEnd: () => void): void {
    this.stopPlaying();
    const group = this.groupFor(head);
    if (!group) return;
    this._group = group;
    group.onAnimationGroupEndObservable.addOnce(() => {
      if (this._group !== group) return;
      this.stopPlaying();
      onEnd();
    });
    group.play(false);
  }

  stopPlaying(): void {
    const group = this._group;
    this._group = null;
    group?.dispose();
  }

  /** The clip as Babylon has it; who asks disposes it. */
  groupFor(head: PersonalizedHeadMesh): AnimationGroup | null {
    return this._clip && faceClipAnimationGroup(this._clip, head, { name: 'mirror' });
  }
}
