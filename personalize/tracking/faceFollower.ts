import type { Picture } from '../../runtime/core/picture.js';
import type { FaceLandmarks, FaceNets, ReadOptions } from '../photos/faces/faceNets.js';
import { makePyramid } from '../photos/faces/picturePyramid.js';

/** A net that sees a face with less than this has lost it. */
const leastScore = 0.5;

/** Reads the landmarks of one face from frame to frame: detected once, then looked for where it was. */
export class FaceFollower {
  private _last: FaceLandmarks | null = null;

  constructor(private readonly _nets: Pick<FaceNets, 'detect' | 'landmarks'>) {}

  /** @returns null where the frame shows no face */
  async read(frame: Picture, options: ReadOptions = {}): Promise<FaceLandmarks | null> {
    const pyramid = makePyramid(frame);
    const followed = this._last && (await this._nets.landmarks(pyramid, this._last, options));
    if (followed && followed.score >= leastScore) return (this._last = followed);
    const [face] = await this._nets.detect(pyramid, options);
    const found = face ? await this._nets.landmarks(pyramid, face, options) : null;
    return (this._last = found && found.score >= leastScore ? found : null);
  }
}
