import { NumericError } from '../../../runtime/core/errors.js';
import { correctYaw } from './correctYaw.js';
import { fittedView } from './freeViews.js';
import type { HeadShape } from './headShape.js';
import { landmarkPixels } from './landmarkInput.js';
import { believedDistances, netBias, type NetBias } from './netBias.js';
import type { FreeView } from './pointTerms.js';
import { fitPriors, singleNoise, singleOutlier } from './priors.js';
import { startView } from './startView.js';
import type { FittedView } from './view.js';
import { ViewFitter, type DistancePrior } from './viewFitter.js';

/** What is known about a photo beside its landmarks. */
export interface PhotoHints {
  /** Focal length in pixels of the upright photo, see `focalPixels`. */
  readonly focal?: number;
  /** Names the photo in errors. */
  readonly name?: string;
}

export interface FitViewOptions extends PhotoHints {
  /** Holds the distance, world units; without it, it is fitted. */
  readonly distance?: number;
  /** The person's own shape, [468, 3], instead of the mean head. */
  readonly points?: Float64Array;
  /** What the landmark net sees wrongly; null for landmarks that are exact. */
  readonly bias?: NetBias | null;
}

/** Degrees of the first guesses; the fit finds what lies between. */
const startYaws = [0, -35, 35];
const startDistances = [0.8, 1.4, 2.7];

/** What one photo tells alone. */
export interface PhotoFit {
  readonly view: FittedView;
  /** What the landmarks say before it is asked what to believe: where a joint fit begins. */
  readonly start: FreeView;
}

/**
 * Fits one photo: rotation, distance, side and centre that bring a head's landmarks closest to those of the photo.
 * Synchronous, a few milliseconds.
 * @param landmarks [468, 3], x and y in pixels, as `FaceLandmarks.points`
 * @throws ShapeError, NumericError for landmarks that are none
 */
export function fitPhoto(landmarks: ArrayLike<number>, shape: HeadShape, options: FitViewOptions = {}): PhotoFit {
  const where = options.name ?? 'photo';
  const pixels = landmarkPixels(landmarks, where);
  const { view: start, error } = fitPixels(pixels, shape, options, where);
  const bias = options.bias === undefined ? netBias : options.bias;
  const isHeld = !bias || options.distance !== undefined;
  return { start, view: isHeld ? fittedView(start, error) : believed(start, pixels, shape, options, bias, where) };
}

/** The view of `fitPhoto`. */
export const fitView = (landmarks: ArrayLike<number>, shape: HeadShape, options: FitViewOptions = {}): FittedView =>
  fitPhoto(landmarks, shape, options).view;

/** The view again from a distance that is to be believed, with the yaw that the net sees too little. */
function believed(
  view: FreeView,
  pixels: Float64Array,
  shape: HeadShape,
  options: FitViewOptions,
  bias: NetBias,
  where: string,
): FittedView {
  const known = options.focal === undefined ? believedDistances([view], bias)[0]! : view.distance;
  const held = fitPixels(pixels, shape, { ...options, distance: known }, where);
  correctYaw(held.view, options.points ?? shape.mean, pixels, shape, bias.yawCube);
  return fittedView(held.view, held.error);
}

/** `fitView` of checked landmarks: [468, 2]. */
export function fitPixels(
  pixels: Float64Array,
  shape: HeadShape,
  options: FitViewOptions,
  where: string,
): { view: FreeView; error: number } {
  const points = options.points ?? shape.mean;
  const fitter = new ViewFitter(shape, points, singleNoise, singleOutlier);
  const prior = options.distance === undefined ? distancePrior(options.focal) : null;
  let best: { view: FreeView; cost: number } | null = null;
  for (const yaw of startYaws) {
    const view = startView(shape, points, pixels, yaw, options.distance ?? fitPriors.distance);
    const cost = fitter.refine(view, pixels, null, 8);
    if (!best || cost < best.cost) best = { view, cost };
  }
  const found = best!.view;
  fitter.refine(found, pixels, null);
  if (prior) best = bestDistance(fitter, found, pixels, prior);
  const { view } = best!;
  const error = fitter.error(view, pixels);
  if (!Number.isFinite(error) || !(view.side > 0)) {
    throw new NumericError('cameras/fit', `${where}: no camera brings a head to these landmarks. Leave the photo out.`);
  }
  return { view, error };
}

/** From near, middle and far: the distance's valley is long, and its bottom may lie away from the first guess. */
function bestDistance(
  fitter: ViewFitter,
  from: FreeView,
  pixels: Float64Array,
  prior: DistancePrior,
): { view: FreeView; cost: number } {
  const tries = startDistances.map((distance) => {
    const view = { ...from, rotation: from.rotation.slice(), distance };
    fitter.refine(view, pixels, null, 5);
    return { view, cost: fitter.refine(view, pixels, prior) };
  });
  return tries.reduce((best, next) => (next.cost < best.cost ? next : best));
}

/** The prior of a photo's distance. @param focal pixels */
export function distancePrior(focal: number | undefined, priors = fitPriors): DistancePrior {
  const { distance, distanceSpread, focalSpread } = priors;
  const known = focal !== undefined && Number.isFinite(focal) && focal > 0;
  return { distance, spread: distanceSpread, focal: known ? focal : null, focalSpread };
}
