import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';

/** A photograph whose camera is known. */
export interface Photo {
  /** Name in its set, with forward slashes, e.g. `train/00003.jpg`. */
  readonly name: string;
  readonly camera: Camera;
  /** [3, H, H], -1..1, as photographed */
  readonly image: Tensor;
  /** [1, H, H], 0..1: where the person is; null where nobody said */
  readonly mask: Tensor | null;
}

/** Why a photo was left out. */
export interface Problem {
  readonly name: string;
  readonly reason: string;
}
