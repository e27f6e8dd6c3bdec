import { longestSide } from '../../../personalize/photos/decode/uprightPhoto.js';

/** A frame of a film, twice: to look at and to keep. */
export interface GrabbedFrame {
  readonly picture: ImageBitmap;
  /** As JPEG. */
  readonly file: Promise<Blob>;
}

const jpegQuality = 0.95;

/** Takes frames out of a playing or paused video. */
export class FrameGrabber {
  private readonly _canvas = document.createElement('canvas');
  private readonly _context = this._canvas.getContext('2d', { willReadFrequently: true })!;

  async grab(video: HTMLVideoElement): Promise<GrabbedFrame> {
    const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight));
    this._canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
    this._canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
    this._context.drawImage(video, 0, 0, this._canvas.width, this._canvas.height);
    // Both take what the canvas holds now.
    const file = new Promise<Blob>((resolve, reject) => {
      this._canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('This browser cannot save a frame as JPEG.'))),
        'image/jpeg',
        jpegQuality,
      );
    });
    // Whoever keeps the frame hears of a failure.
    file.catch(() => undefined);
    return { picture: await createImageBitmap(this._canvas), file };
  }
}
