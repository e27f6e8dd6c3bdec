/** Focal length of EG3D's crops in crop sides, and the distance of its cameras, world units. */
export const eg3dFocal = 4.2647;
export const eg3dDistance = 2.7;

/** A crop's focal length over its camera's distance: the head has the same size in every crop (see `FittedView`). */
export const focalPerDistance = eg3dFocal / eg3dDistance;
