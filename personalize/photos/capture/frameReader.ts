import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { fitView } from '../cameras/fitView.js';
import type { HeadShape } from '../cameras/headShape.js';
import { anglesOfRotation } from '../cameras/viewAngles.js';
import { FaceFollower } from '../faces/faceFollower.js';
import type { FaceLandmarks, FaceNets } from '../faces/faceNets.js';
import { makePyramid, type BitmapPyramid } from '../faces/bitmapPyramid.js';
import { facePatch } from '../prepare/measures/facePatch.js';
import { faceLight } from '../prepare/measures/light.js';
import { faceSharpness } from '../prepare/measures/sharpness.js';
import { mouthOf, type FrameView } from './frameView.js';

/** Below this the landmark net has lost the face that it followed. */
const followed = 0.8;
/** World units; guidance needs angles to a few degrees, and the distance hardly moves them. */
const distance = 1.8;

/** Reads the views of frames that follow one another, a few times a second: the face is followed from frame to frame. */
export class FrameReader {
  private readonly _follower: FaceFollower;

  constructor(
    nets: Pick<FaceNets, 'detect' | 'landmarks'>,
    private readonly _shape: HeadShape,
  ) {
    this._follower = new FaceFollower(nets, followed);
  }

  /** @returns the view of the largest face; null without one */
  async read(picture: Bitmap): Promise<FrameView | null> {
    const pyramid = makePyramid(picture);
    const landmarks = await this._follower.readPyramid(pyramid, { quick: true });
    return landmarks && this._view(picture, pyramid, landmarks);
  }

  private _view({ width, height }: Bitmap, pyramid: BitmapPyramid, landmarks: FaceLandmarks): FrameView {
    const fitted = fitView(landmarks.points, this._shape, { distance });
    const { yaw, pitch } = anglesOfRotation(fitted.rotation);
    const patch = facePatch(pyramid, landmarks);
    return {
      yaw,
      pitch,
      size: fitted.side / Math.min(width, height),
      offset: [fitted.center[0] / width - 0.5, fitted.center[1] / height - 0.5],
      sharpness: faceSharpness(patch),
      brightness: faceLight(patch).mean,
      mouth: mouthOf(landmarks.points),
    };
  }
}
