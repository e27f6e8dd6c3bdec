/** How photos are fitted. Lengths in crop sides unless another unit is named; docs/decisions/0054-photo-cameras.md has the measurements. */
export interface FitPriors {
  /** Noise of a landmark against the person's own shape. */
  readonly noise: number;
  /** Residual from which a landmark counts less. */
  readonly outlier: number;
  /** How far a person's landmarks lie from the mean, in `HeadShape.sd`. */
  readonly shapeSpread: number;
  /** How far a landmark lies from its mirrored twin's place, world units. */
  readonly asymmetry: number;
  /** Where cameras stand on the whole, world units, and the standard deviation of its logarithm. */
  readonly distance: number;
  readonly distanceSpread: number;
  /** Standard deviation of the logarithm of a focal length that a photo’s file tells. */
  readonly focalSpread: number;
}

export const fitPriors: FitPriors = {
  noise: 0.004,
  outlier: 0.008,
  shapeSpread: 1.4,
  asymmetry: 0.004,
  distance: 2,
  distanceSpread: 0.5,
  focalSpread: 0.1,
};

/**
 * For a photo alone: the mean head stands for the person, so a residual is mostly the face's own shape, and
 * neighbouring landmarks err alike.
 */
export const singleNoise = 0.02;
export const singleOutlier = 0.012;
