/** The page's worker: reads the face of each camera frame, so that the scene's thread is free. */
import { parseHeadShape } from '../../personalize/photos/cameras/headShape.js';
import { readFaceTopology } from '../../personalize/photos/faces/faceAsset.js';
import { FaceFollower } from '../../personalize/photos/faces/faceFollower.js';
import { openFaceNets } from '../../personalize/photos/faces/openFaceNets.js';
import { parseExpressionShapes } from '../../personalize/tracking/expressionShapes.js';
import { FaceTracker } from '../../personalize/tracking/faceTracker.js';
import { fetchBlob } from '../../personalize/worker/fetchBlob.js';
import { framePicture } from '../../personalize/worker/framePicture.js';
import { blobSource } from '../../runtime/checkpoint/byteSource.js';
import { sendError } from '../../runtime/core/sentError.js';
import { webExecution } from '../../runtime/execution/web.js';
import type { Answer, Request } from './messages.js';

/** Frames of the resting face: a blink in one of them counts little. */
const restFrames = 4;

interface Reading {
  readonly follower: FaceFollower;
  readonly tracker: FaceTracker;
}

let reading: Reading | null = null;
/** Landmarks of the resting face so far; null: it is not asked for. */
let rest: Float32Array[] | null = null;

async function open({ faces, landmarks, moves, wasmPaths }: Extract<Request, { kind: 'open' }>): Promise<Answer> {
  const asset = blobSource(await fetchBlob(faces));
  const [shape, shapes] = [await (await fetchBlob(landmarks)).text(), await (await fetchBlob(moves)).text()];
  const tracker = new FaceTracker({
    shape: parseHeadShape(shape, await readFaceTopology(asset)),
    shapes: parseExpressionShapes(shapes),
  });
  const nets = await openFaceNets({ execution: await webExecution({ wasmPaths }), asset });
  reading = { follower: new FaceFollower(nets), tracker };
  return { kind: 'open' };
}

async function read({ frame, time }: Extract<Request, { kind: 'frame' }>): Promise<Answer> {
  const picture = framePicture(frame);
  if (!reading) return { kind: 'face', face: null, time };
  const { follower, tracker } = reading;
  const seen = await follower.read(picture);
  if (!seen) {
    tracker.forget();
    return { kind: 'face', face: null, time };
  }
  if (rest) {
    rest.push(seen.points);
    if (rest.length >= restFrames) {
      await tracker.calibrate(rest);
      rest = null;
      answer({ kind: 'calibrated' });
    }
  }
  return { kind: 'face', face: tracker.track(seen.points, time), time };
}

const answer = (message: Answer): void => postMessage(message);

async function serve(request: Request): Promise<Answer | null> {
  switch (request.kind) {
    case 'open':
      return open(request);
    case 'frame':
      return read(request);
    case 'calibrate':
      rest = [];
      return null;
    case 'forget':
      rest = null;
      reading?.tracker.forget();
      return null;
  }
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  serve(data).then(
    (reply) => reply && answer(reply),
    (error: unknown) => {
      answer({ kind: 'failed', error: sendError(error) });
      // Whoever waits for a face goes on.
      if (data.kind === 'frame') answer({ kind: 'face', face: null, time: data.time });
    },
  );
});
