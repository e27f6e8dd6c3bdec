import type { Bitmap } from '../../../runtime/core/bitmap.js';
import type { DetectedFace, FaceLandmarks, FaceNets, ReadOptions } from './faceNets.js';
import { makePyramid, type BitmapPyramid } from './bitmapPyramid.js';
import { expectGiven } from '../../../runtime/core/given.js';

/** A net that sees a detected face with less than this sees none. */
const leastScore = 0.5;

const area = ({ box }: DetectedFace): number => box.width * box.height;

/** Reads the landmarks of one face from frame to frame: the largest one is detected once, then looked for where it was. */
export class FaceFollower {
  private _last: FaceLandmarks | null = null;

  /** @param _followed score of a face that is still the one that was followed, 0..1: with less it is detected anew */
  constructor(
    private readonly _nets: Pick<FaceNets, 'detect' | 'landmarks'>,
    private readonly _followed = leastScore,
  ) {
    expectGiven('FaceFollower', 'nets', _nets);
  }

  /** @returns null where the frame shows no face */
  read(frame: Bitmap, options: ReadOptions = {}): Promise<FaceLandmarks | null> {
    return this.readPyramid(makePyramid(frame), options);
  }

  /** As `read`, for a frame whose smaller copies are there already. */
  async readPyramid(frame: BitmapPyramid, options: ReadOptions = {}): Promise<FaceLandmarks | null> {
    const followed = this._last && (await this._nets.landmarks(frame, this._last, options));
    if (followed && followed.score >= this._followed) return (this._last = followed);
    const faces = await this._nets.detect(frame, options);
    const largest = faces.reduce<DetectedFace | null>(
      (most, face) => (most && area(most) >= area(face) ? most : face),
      null,
    );
    const found = largest && (await this._nets.landmarks(frame, largest, options));
    return (this._last = found && found.score >= leastScore ? found : null);
  }
}
