import { DeviceError } from '../../runtime/core/errors.js';
import { receiveError } from '../../runtime/core/sentError.js';
import type { TrackedFace } from '../../personalize/index.js';
import { besidePage } from '../shared/address.js';
import { openCamera } from '../shared/camera.js';
import type { Answer, Request } from './messages.js';

/** The landmark net looks at 192 x 192 of the face: more pixels of the camera tell it nothing. */
const widest = 640;

/** A face, or null where the frame shows none; seconds. */
type UseFace = (face: TrackedFace | null, time: number) => void;

/** The camera, and a worker that reads the face in its newest frame. */
export class FaceCamera {
  private _worker: Worker | null = null;
  private _close: (() => void) | null = null;
  private _calibrated: (() => void) | null = null;
  private _fail: ((error: Error) => void) | null = null;
  private _run = 0;
  private _seen: (answer: Answer) => void = () => undefined;

  constructor(
    private readonly _video: HTMLVideoElement,
    private readonly _useFace: UseFace,
    private readonly _onError: (error: Error) => void,
  ) {}

  get isOn(): boolean {
    return this._close !== null;
  }

  /** @throws DeviceError where there is no camera or no worker, AssetError where an asset is missing */
  async start(): Promise<void> {
    if (this.isOn) return;
    const run = ++this._run;
    const close = await openCamera(this._video, 'watch a clip instead');
    if (run !== this._run) {
      close();
      return;
    }
    this._close = close;
    try {
      await this._open();
    } catch (error) {
      this.stop();
      throw error;
    }
    if (run === this._run) this._follow(run).catch((error: unknown) => this._onError(error as Error));
  }

  stop(): void {
    this._run++;
    this._close?.();
    this._close = null;
    this._calibrated = null;
    if (this._worker) this._post({ kind: 'forget' });
  }

  /** Settles when the resting face is known. */
  calibrate(): Promise<void> {
    this._post({ kind: 'calibrate' });
    return new Promise((resolve) => (this._calibrated = resolve));
  }

  private _post(request: Request, transfer: Transferable[] = []): void {
    this._worker?.postMessage(request, transfer);
  }

  private async _open(): Promise<void> {
    if (this._worker) return;
    const worker = new Worker(new URL('./reader.js', import.meta.url), { type: 'module' });
    const opened = new Promise<void>((resolve, reject) => {
      this._fail = reject;
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new DeviceError('mirror/worker', `The part that reads faces does not start: ${event.message}. Reload.`));
      };
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind === 'open') resolve();
        else if (data.kind === 'calibrated') this._calibrated?.();
        else if (data.kind === 'failed') this._fail?.(receiveError(data.error));
        else this._seen(data);
      };
    });
    this._worker = worker;
    this._post({
      kind: 'open',
      faces: besidePage('assets/faces.safetensors'),
      landmarks: besidePage('assets/base.landmarks.json'),
      moves: besidePage('assets/base.landmarkMoves.json'),
      wasmPaths: besidePage('ort/'),
    });
    try {
      await opened;
    } catch (error) {
      worker.terminate();
      this._worker = null;
      throw error;
    }
    this._fail = this._onError;
  }

  /** One frame at a time, the newest: a slow machine follows at its own pace. */
  private async _follow(run: number): Promise<void> {
    while (run === this._run) {
      const video = this._video;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      if (run !== this._run || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0)
        continue;
      const scale = Math.min(1, widest / video.videoWidth);
      const frame = await createImageBitmap(video, {
        resizeWidth: Math.round(video.videoWidth * scale),
        resizeHeight: Math.round(video.videoHeight * scale),
      });
      const time = performance.now() / 1000;
      const answered = new Promise<Answer>((resolve) => (this._seen = resolve));
      this._post({ kind: 'frame', frame, time }, [frame]);
      const answer = await answered;
      if (run === this._run && answer.kind === 'face') this._useFace(answer.face, answer.time);
    }
  }
}
