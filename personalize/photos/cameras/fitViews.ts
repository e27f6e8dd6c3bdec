import { ShapeError } from '../../../runtime/core/errors.js';
import { multiply3, transpose3, type Matrix3 } from '../../../runtime/core/matrix3.js';
import { correctYaw } from './correctYaw.js';
import { focalPerDistance } from './convention.js';
import { distancePrior, fitPixels, type PhotoHints } from './fitView.js';
import { fittedView } from './freeViews.js';
import type { HeadShape } from './headShape.js';
import { JointFit, type JointPhoto } from './jointFit.js';
import { landmarkPixels } from './landmarkInput.js';
import { believedDistances, netBias, type NetBias } from './netBias.js';
import type { FreeView } from './pointTerms.js';
import { fitPriors, type FitPriors } from './priors.js';
import { alignPoints, moveByRule } from './similarity.js';
import { spreadLandmarks } from './spreadLandmarks.js';
import type { FittedView } from './view.js';
import { anglesOfRotation } from './viewAngles.js';
import { ViewFitter } from './viewFitter.js';

/** What is known about a photo of several. */
export interface JointPhotoHints extends PhotoHints {
  /** As `fitPhoto` found it from the same landmarks and focal length; absent: it is found again, to the same numbers. */
  readonly start?: FreeView;
}

export interface FitViewsOptions {
  /** In the photos' order. */
  readonly hints?: readonly JointPhotoHints[];
  /** Other priors, to measure them. */
  readonly priors?: Partial<FitPriors>;
  /** What the landmark net sees wrongly; null for landmarks that are exact. */
  readonly bias?: NetBias | null;
  readonly signal?: AbortSignal;
  /** 0..1 */
  readonly onProgress?: (share: number) => void;
}

export interface FittedViews {
  /** In the photos' order. */
  readonly views: readonly FittedView[];
  /** The person's own landmarks, in the base's frame: [468, 3], world units. */
  readonly points: Float64Array;
  /** What these photos cannot tell, one sentence with its remedy each. */
  readonly warnings: readonly string[];
}

/** Landmarks of the first steps, and how many steps there are. */
const fewLandmarks = 120;
const fewSteps = 12;
const allSteps = 6;

/** Standard deviation of the logarithm of a distance that is believed: it hardly moves. */
const held = 0.02;

/**
 * Cameras of all photos of one person: shape, rotations, distances, sides and centres fitted together; then the frame that
 * lies best on the mean head, and the yaw that the landmark net sees too little. About two seconds of CPU for 50 photos.
 * @param photos landmarks of each, [468, 3], x and y in pixels, as `FaceLandmarks.points`
 * @throws ShapeError, NumericError for landmarks that are none, with the photo's name
 */
export async function fitViews(
  photos: readonly ArrayLike<number>[],
  shape: HeadShape,
  options: FitViewsOptions = {},
): Promise<FittedViews> {
  if (photos.length === 0) {
    throw new ShapeError(
      'cameras/none',
      'photos: expected at least one with landmarks, got none. Add photos of a face.',
    );
  }
  const priors = { ...fitPriors, ...options.priors };
  let joint = photos.map((landmarks, i): JointPhoto => {
    const hints = options.hints?.[i] ?? {};
    const where = hints.name ?? `photo ${i}`;
    const pixels = landmarkPixels(landmarks, where);
    const start = hints.start ?? fitPixels(pixels, shape, hints, where).view;
    // The fit moves it; a start may serve again.
    const view = { ...start, rotation: start.rotation.slice(), unit: start.side };
    return { view, pixels, prior: distancePrior(hints.focal, priors) };
  });
  const bias = options.bias === undefined ? netBias : options.bias;
  const few = spreadLandmarks(shape, fewLandmarks);
  const all = Int32Array.from({ length: shape.rigid.length }, (_, i) => i);
  let fit = new JointFit(shape, joint, priors);
  await descend(fit, few, fewSteps, 0, options);
  if (bias) {
    joint = believe(joint, bias, priors);
    fit = new JointFit(shape, joint, priors);
    await descend(fit, few, fewSteps, 0.35, options);
  }
  fit.expectRest(few);
  await descend(fit, all, allSteps, 0.7, options);
  options.onProgress?.(1);
  return settle(fit, joint, shape, priors, bias?.yawCube ?? 0);
}

/** Holds each photo at the distance that is to be believed, or to the focal length that its file tells. */
function believe(photos: readonly JointPhoto[], bias: NetBias, priors: FitPriors): JointPhoto[] {
  const distances = believedDistances(
    photos.map(({ view }) => view),
    bias,
  );
  return photos.map(({ view, pixels, prior }, i) => {
    const told = prior.focal === null ? null : prior.focal / (focalPerDistance * view.side);
    const distance = told ?? distances[i]!;
    return {
      view: { ...view, distance },
      pixels,
      prior: { distance, spread: held, focal: prior.focal, focalSpread: priors.focalSpread },
    };
  });
}

async function descend(
  fit: JointFit,
  landmarks: Int32Array,
  steps: number,
  from: number,
  { signal, onProgress }: FitViewsOptions,
): Promise<void> {
  for (let step = 0; step < steps; step++) {
    // Lets a page draw and a user stop.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    const { turn, zoom, shift } = fit.step(landmarks);
    onProgress?.(from + (0.3 * (step + 1)) / steps);
    if (turn < 5e-4 && zoom < 2e-3 && shift < 5e-4) break;
  }
}

/** Brings the shape to the base's frame, each view to it, and corrects the yaw. */
function settle(
  fit: JointFit,
  photos: readonly JointPhoto[],
  shape: HeadShape,
  priors: FitPriors,
  yawCube: number,
): FittedViews {
  const gauge = alignPoints(fit.points, fit.expected(), shape.rigid);
  const points = moveByRule(fit.points, gauge);
  const fitter = new ViewFitter(shape, points, priors.noise, priors.outlier);
  const back = transpose3(gauge.rotation);
  const views = photos.map(({ view, pixels }) => {
    const rotation = Float64Array.from(multiply3(view.rotation as unknown as Matrix3, back));
    const start = { ...view, rotation, distance: gauge.scale * view.distance, side: view.side / gauge.scale };
    fitter.refine(start, pixels, null);
    const settled = { ...start, unit: start.side };
    const error = fitter.error(settled, pixels);
    correctYaw(settled, points, pixels, shape, yawCube);
    return fittedView(settled, error);
  });
  return { views, points, warnings: warningsOf(views) };
}

function warningsOf(views: readonly FittedView[]): readonly string[] {
  if (views.length === 1) {
    return ['One photo tells little of the head’s depth, and nothing of its sides. Add photos from other directions.'];
  }
  const yaws = views.map(({ rotation }) => anglesOfRotation(rotation).yaw);
  const spread = Math.max(...yaws) - Math.min(...yaws);
  if (spread >= 15) return [];
  return [
    `All photos show the head from about the same side (yaw differs by ${spread.toFixed(0)} degrees), so its depth is guessed. ` +
      'Add photos from the left and the right.',
  ];
}
