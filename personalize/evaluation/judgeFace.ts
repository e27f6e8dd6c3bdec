import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { faceBox } from './faceBox.js';
import type { FaceJudge, FaceReading } from './judge.js';

/** What a judge says of the face in an image [3, H, H] in -1..1 of a known camera. @throws as `faceBox` */
export const judgeFace = (judge: FaceJudge, image: Tensor, camera: Camera): Promise<FaceReading> =>
  judge.look(image, faceBox(camera, image.dims.at(-1)!));
