import type { Vector3 } from '../../../runtime/core/vector3.js';
import { lookAt } from '../../../runtime/camera/lookAt.js';
import { focalPerDistance } from './convention.js';
import { anglesOfRotation } from './viewAngles.js';
import type { FittedView, LabelledView } from './view.js';

/**
 * A fitted view as a data set stores it: the crop takes the roll, so the camera is upright.
 * @throws NumericError for a camera straight above or below the head
 */
export function labelView({ rotation, distance, side, center }: FittedView): LabelledView {
  const { yaw, pitch, roll } = anglesOfRotation(rotation);
  const position: Vector3 = [-distance * rotation[6], -distance * rotation[7], -distance * rotation[8]];
  return {
    yaw,
    pitch,
    roll,
    distance,
    crop: { cx: center[0], cy: center[1], side, angle: (roll * Math.PI) / 180 },
    camera: lookAt(position, [0, 0, 0], focalPerDistance * distance),
  };
}
