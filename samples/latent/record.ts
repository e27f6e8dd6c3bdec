/** What of a recording's track is not in TypeScript's DOM types. */
interface CanvasTrack extends MediaStreamTrack {
  requestFrame(): void;
}

const frameTime = 50;

/**
 * Records a canvas, one picture after the other, however long each takes: the recorder is paused while one is made.
 * @param make draws picture `i`
 * @throws what MediaRecorder throws where the browser can encode no video
 */
export async function recordCanvas(
  canvas: HTMLCanvasElement,
  frames: number,
  make: (i: number) => Promise<void>,
): Promise<Blob> {
  await make(0);
  const stream = canvas.captureStream(0);
  const track = stream.getVideoTracks()[0] as CanvasTrack;
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise<void>((done) => (recorder.onstop = () => done()));
  recorder.start();
  for (let i = 0; i < frames; i++) {
    recorder.pause();
    await make(i);
    recorder.resume();
    track.requestFrame();
    await new Promise((next) => setTimeout(next, frameTime));
  }
  recorder.stop();
  await ended;
  track.stop();
  return new Blob(parts, { type: recorder.mimeType });
}
