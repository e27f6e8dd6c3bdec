import type { PersonalizeSession } from './personalizeSession.js';

/** Weight of a latent's distance from the mean. */
export const prior = 1e-3;
/** Side of the patches that are compared, pixels. */
export const patch = 32;
const anchorRate = 0.02;
const cameraRate = 0.0005;
/** Of the patches; the others lie over the head. */
const anywhere = 1 / 8;

/** How the shared look and the person are trained. */
export function trainingPlan({ objective, settled }: PersonalizeSession) {
  const { effort, resolution, identity, seed, refineCameras, kept } = settled;
  return {
    ...{ steps: effort.training, resolution, patch, ...objective, prior, anchorRate, identity, seed },
    ...{ cameraRate: refineCameras ? cameraRate : 0, anywhere, expressions: kept },
  };
}
