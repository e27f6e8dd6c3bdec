import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { applyHeadMotion, type HeadMotion } from '../photos/cameras/headMotion.js';
import { targetOf, type Target } from '../training/target.js';
import type { Photo } from '../photos/photo.js';
import { RefinedCamera } from './refineCamera.js';

/** Name of the tensor [7] that keeps a `HeadMotion` in a person file. */
export const motionTensor = 'motion';

export const tensorOfMotion = (motion: HeadMotion): Tensor => ({ dims: [7], data: Float32Array.from(motion) });

/** A photo that its person's learning has not seen, as that person's own frame has it. */
export interface FramedPhoto {
  readonly target: Target;
  /** To be moved while a latent is fitted; null where the person was learned from cameras that are known. */
  readonly camera: RefinedCamera | null;
}

/** Were the cameras estimated that a person was learned from? Then those of further photos move as they did. */
export const hasEstimatedCameras = (person: PersonFile): boolean => person.tensors.has(motionTensor);

/** @param photo prepared beside the photos of the person, so that its camera lies in the frame of their landmarks */
export function inPersonFrame(person: PersonFile, photo: Photo): FramedPhoto {
  const target = targetOf(photo);
  const motion = person.tensors.get(motionTensor);
  if (!motion) return { target, camera: null };
  const camera = applyHeadMotion(target.camera, Array.from(motion.data) as unknown as HeadMotion);
  return { target: { ...target, camera }, camera: new RefinedCamera(camera) };
}
