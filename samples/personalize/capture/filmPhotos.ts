import { FrameChoice } from '../../../personalize/photos/capture/frameChoice.js';
import type { FrameView } from '../../../personalize/photos/capture/frameView.js';
import { filmFrames } from './filmFrames.js';

/** `clip.mp4` at 3.4 s -> `clip 03.4 s.jpg` */
const frameName = (film: string, seconds: number): string =>
  `${film.replace(/\.[^./]*$/, '')} ${seconds.toFixed(1).padStart(4, '0')} s.jpg`;

/**
 * The sharpest frames of films, spread over the views.
 * @param look reads a frame's view; the frame is closed
 * @param onProgress 0..1 of all films
 * @returns JPEG files by name
 * @throws AssetError `photos/video` where this browser cannot play one; the signal's reason when it aborts
 */
export async function filmPhotos(
  films: ReadonlyMap<string, Blob>,
  look: (frame: ImageBitmap) => Promise<FrameView | null>,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Map<string, Blob>> {
  const choice = new FrameChoice<{ readonly name: string; readonly file: Promise<Blob> }>({ group: 3 });
  let done = 0;
  for (const [film, blob] of films) {
    for await (const { picture, file, seconds, fraction } of filmFrames(blob, film, signal)) {
      choice.offer(await look(picture), { name: frameName(film, seconds), file });
      onProgress((done + fraction) / films.size);
    }
    done++;
  }
  const files = await Promise.all(
    choice.kept.map(async ({ frame: { name, file } }): Promise<[string, Blob]> => [name, await file]),
  );
  return new Map(files);
}
