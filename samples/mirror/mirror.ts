import type { FaceClip, TrackedFace } from '../../personalize/index.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { download } from '../shared/files.js';
import { FaceCamera } from './faceCamera.js';
import { mirrored } from './mirrored.js';
import { page, press, say } from './page.js';
import { Recorder } from './recorder.js';

/** A face whose landmarks lie farther from every face's than this is none, see `TrackedFace.error`. */
const mostError = 0.05;

/** The camera's face, and the head that does what it does. */
export class Mirror {
  private readonly _recorder = new Recorder();
  private readonly _camera = new FaceCamera(
    page.camera,
    (face, time) => this._see(face, time),
    (error) => say(error.message),
  );
  private _faces = 0;
  private _calibrated = false;
  private _last: TrackedFace | null = null;
  private _busy = false;

  constructor(public head: PersonalizedHeadMesh) {
    page.start.onclick = () => void this._toggleCamera();
    page.calibrate.onclick = () => void this._calibrate();
    page.record.onclick = () => this._toggleRecord();
    page.play.onclick = () => this._togglePlay();
    page.save.onclick = () =>
      this._recorder.clip && download('me.clip.json', `${JSON.stringify(this._recorder.clip)}\n`);
    page.saveGroup.onclick = () => this._saveGroup();
    page.asInMirror.onchange = () => document.body.classList.toggle('mirrored', page.asInMirror.checked);
    this._show();
  }

  /** The user's face as the camera last saw it; null: it sees none. */
  get last(): TrackedFace | null {
    return this._last;
  }

  get calibrated(): boolean {
    return this._calibrated;
  }

  /** A clip from a file, to be played. */
  set clip(clip: FaceClip) {
    this._recorder.clip = clip;
    say(`A clip of ${(clip.frames.length / clip.fps).toFixed(1)} s.`);
    this._show();
  }

  private async _toggleCamera(): Promise<void> {
    if (this._camera.isOn) {
      if (this._recorder.isRecording) this._toggleRecord();
      this._camera.stop();
      this._last = null;
      this._calibrated = false;
      say('The camera is off.');
      this._show();
      return;
    }
    this._busy = true;
    page.start.disabled = true;
    say('Opening the camera. The browser may ask you.');
    try {
      await this._camera.start();
      say('Look straight into the camera, relax your face, and press “This is my face at rest”.');
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    } finally {
      this._busy = false;
      this._show();
    }
  }

  private async _calibrate(): Promise<void> {
    say('Hold still for a moment.');
    await this._camera.calibrate();
    this._calibrated = true;
    say('The head moves as you do. Press the button again whenever it is not at rest when you are.');
  }

  private _toggleRecord(): void {
    if (this._recorder.isRecording) {
      const clip = this._recorder.end() ? this._recorder.clip : null;
      const seconds = clip ? (clip.frames.length / clip.fps).toFixed(1) : '';
      say(clip ? `Recorded ${seconds} s. Play it, or save it.` : 'No face was seen: nothing was recorded.');
    } else {
      this._recorder.begin();
      say('Recording.');
    }
    this._show();
  }

  private _togglePlay(): void {
    if (this._recorder.isPlaying) this._recorder.stopPlaying();
    else this._recorder.play(this.head, () => this._show());
    this._show();
  }

  private _saveGroup(): void {
    const group = this._recorder.groupFor(this.head);
    if (!group) return;
    download('me.animation.json', JSON.stringify(group.serialize()));
    group.dispose();
  }

  private _see(seen: TrackedFace | null, time: number): void {
    const face = seen && seen.error <= mostError ? seen : null;
    if (!face && this._last) say('The camera sees no face.');
    if (face && !this._last && this._faces > 0) say('There you are.');
    this._last = face;
    if (!face) return;
    this._faces++;
    const shown = page.asInMirror.checked ? mirrored(face) : face;
    this._recorder.add(shown, time);
    if (this._recorder.isPlaying) return;
    const { pose } = this.head;
    this.head.setExpression(shown.amounts);
    [pose.yaw, pose.pitch, pose.roll] = [shown.turn.yaw, shown.turn.pitch, shown.turn.roll];
  }

  private _show(): void {
    const { isOn } = this._camera;
    const { isRecording, isPlaying, clip } = this._recorder;
    page.camera.hidden = !isOn;
    page.start.disabled = this._busy;
    press(page.start, isOn, isOn ? 'Turn the camera off' : 'Turn the camera on');
    page.calibrate.disabled = !isOn;
    page.record.disabled = !isOn;
    press(page.record, isRecording, isRecording ? 'Stop' : 'Record');
    page.play.disabled = isRecording || !clip;
    press(page.play, isPlaying, isPlaying ? 'Stop' : 'Play');
    page.save.disabled = page.saveGroup.disabled = isRecording || !clip;
  }
}
