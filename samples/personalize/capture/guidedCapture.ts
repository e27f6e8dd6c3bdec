import { asks, CaptureGuide, hintOf, type GuideState } from '../../../personalize/photos/capture/captureGuide.js';
import { FrameChoice } from '../../../personalize/photos/capture/frameChoice.js';
import type { FrameView } from '../../../personalize/photos/capture/frameView.js';
import { page } from '../page.js';
import { askTexts, hintTexts } from '../texts.js';
import { openCamera } from '../../shared/camera.js';
import { FrameGrabber } from './frameGrabber.js';
import { Ring } from './ring.js';

/** Milliseconds between frames: more a second show nothing new. */
const pause = 120;
const fileName = (index: number): string => `camera-${String(index + 1).padStart(2, '0')}.jpg`;

/** Shows a text only when it changes: a live region that is written to is read again. */
function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function show(ring: Ring, state: GuideState): void {
  ring.show(state);
  say(page.ask, state.ask === null ? 'Thank you, that is all.' : askTexts[state.ask]);
  say(page.hint, state.hint === null ? '' : hintTexts[state.hint]);
  page.views.value = asks.reduce((sum, ask) => sum + (state.skipped.has(ask) ? 1 : state.seen[ask]), 0) / asks.length;
  page.skip.disabled = state.ask === null || state.ask === 'front';
}

/**
 * Leads the user through the views before the camera and keeps the sharpest frames of them.
 * @param look reads a frame's view; the frame is closed
 * @returns JPEG files by name, in the order of their yaw
 * @throws DeviceError where there is no camera; the signal's reason when it aborts
 */
export async function guidedCapture(
  look: (frame: ImageBitmap) => Promise<FrameView | null>,
  signal: AbortSignal,
): Promise<Map<string, Blob>> {
  const guide = new CaptureGuide();
  const choice = new FrameChoice<Promise<Blob>>();
  const ring = new Ring(page.ring);
  const grabber = new FrameGrabber();
  const now = (): number => performance.now() / 1000;
  const enough = new AbortController();
  const stop = (): void => enough.abort();
  const skip = (): void => show(ring, guide.skip(now()));
  show(ring, guide.state);
  say(page.hint, 'Opening the camera. The browser may ask you.');
  const close = await openCamera(page.video, 'choose photos instead');
  page.enough.addEventListener('click', stop);
  page.skip.addEventListener('click', skip);
  try {
    while (guide.state.ask !== null && !enough.signal.aborted) {
      signal.throwIfAborted();
      const begun = performance.now();
      const { picture, file } = await grabber.grab(page.video);
      const view = await look(picture);
      if (hintOf(view) === null) choice.offer(view, file);
      show(ring, guide.see(view, now()));
      page.enough.disabled = choice.kept.length === 0;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause - (performance.now() - begun))));
    }
  } finally {
    close();
    page.enough.removeEventListener('click', stop);
    page.skip.removeEventListener('click', skip);
  }
  signal.throwIfAborted();
  const files = await Promise.all(choice.kept.map(({ frame }) => frame));
  return new Map(files.map((file, i) => [fileName(i), file]));
}
