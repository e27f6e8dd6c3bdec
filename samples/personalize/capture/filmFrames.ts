import { AssetError } from '../../../runtime/core/errors.js';
import { FrameGrabber, type GrabbedFrame } from './frameGrabber.js';

/** A frame of a film and where it stands in it. */
export interface FilmFrame extends GrabbedFrame {
  readonly seconds: number;
  /** 0..1 of the film. */
  readonly fraction: number;
}

/** Frames a second, and in all: of a long film they are taken further apart. */
const rate = 5;
const most = 180;

function cannotPlay(name: string): AssetError {
  return new AssetError(
    'photos/video',
    `${name}: this browser cannot play the video. Save it as MP4 (H.264) or WebM, or choose photos instead.`,
  );
}

/** Waits for one of a video's events. @throws AssetError `photos/video` where it fails, the signal's reason */
function heard(video: HTMLVideoElement, event: string, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      for (const kind of [event, 'error']) video.removeEventListener(kind, kind === 'error' ? onError : onEvent);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onEvent = settle(resolve);
    const onError = settle(() => reject(cannotPlay(name)));
    const onAbort = settle(() => reject(signal.reason as Error));
    video.addEventListener(event, onEvent);
    video.addEventListener('error', onError);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

/** A film's length. Films that a browser recorded do not say it: their end must be looked for. */
async function lengthOf(video: HTMLVideoElement, name: string, signal: AbortSignal): Promise<number> {
  if (Number.isFinite(video.duration)) return video.duration;
  const known = heard(video, 'durationchange', name, signal);
  video.currentTime = 1e7;
  await known;
  return video.duration;
}

/**
 * Frames of a film, about five a second.
 * @throws AssetError `photos/video` where this browser cannot play it; the signal's reason when it aborts
 */
export async function* filmFrames(film: Blob, name: string, signal: AbortSignal): AsyncGenerator<FilmFrame> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.preload = 'auto';
  const address = URL.createObjectURL(film);
  try {
    const loaded = heard(video, 'loadeddata', name, signal);
    video.src = address;
    await loaded;
    if (video.videoWidth === 0) throw cannotPlay(name);
    const length = await lengthOf(video, name, signal);
    const step = Math.max(1 / rate, length / most);
    const grabber = new FrameGrabber();
    for (let i = 0; (i + 0.5) * step <= length || i === 0; i++) {
      const seconds = Math.min((i + 0.5) * step, length);
      const arrived = heard(video, 'seeked', name, signal);
      video.currentTime = seconds;
      await arrived;
      yield { ...(await grabber.grab(video)), seconds, fraction: Math.min(1, (seconds + step / 2) / length) };
    }
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(address);
  }
}
