import { AssetError } from '../../../runtime/core/errors.js';
import { landmarkCount, type FaceTopology } from '../faces/faceTopology.js';

/** Where the 468 landmarks of a head lie, and how far heads differ: what the fits know before they see a photo. */
export interface HeadShape {
  /** World units of the base: [468, 3]. */
  readonly mean: Float64Array;
  /** How far a person's landmarks lie from the mean, or from what `components` explain: [468, 3]. */
  readonly sd: Float64Array;
  /** Principal components of heads, world units for one standard deviation: [K, 468, 3]. Empty where they are unknown. */
  readonly components: Float64Array;
  /** How little each landmark moves with the expression, 0..1: [468]. */
  readonly rigid: Float64Array;
  /** As `FaceTopology` has them. */
  readonly mirror: Int32Array;
  readonly triangles: Int32Array;
}

/** Numbers of `HeadShape` that the base's renders gave. */
export interface LandmarkSpread {
  readonly mean: ArrayLike<number>;
  readonly sd: ArrayLike<number>;
  readonly components: ArrayLike<number>;
  readonly rigid: ArrayLike<number>;
}

const remedy = 'Take assets/base.landmarks.json of this version of the package.';

/** @throws AssetError where sizes do not fit or a number is not finite */
export function headShape(spread: LandmarkSpread, topology: FaceTopology): HeadShape {
  const size = 3 * landmarkCount;
  const { mean, sd, components, rigid } = spread;
  const wrong =
    mean.length !== size || sd.length !== size || components.length % size !== 0 || rigid.length !== landmarkCount;
  const finite = [mean, sd, components, rigid].every((values) => Array.from(values).every(Number.isFinite));
  if (wrong || !finite || !Array.from(sd).every((value) => value > 0)) {
    throw new AssetError(
      'cameras/shape',
      `landmarks: expected finite means and positive spreads of ${landmarkCount} landmarks, got something else. ${remedy}`,
    );
  }
  return {
    mean: Float64Array.from(mean),
    sd: Float64Array.from(sd),
    components: Float64Array.from(components),
    rigid: Float64Array.from(rigid),
    mirror: topology.mirror,
    triangles: topology.triangles,
  };
}

/**
 * Reads assets/base.landmarks.json.
 * @throws AssetError where it is another file
 */
export function parseHeadShape(text: string, topology: FaceTopology): HeadShape {
  let file: Partial<Record<'format' | 'mean' | 'sd' | 'components' | 'rigid', unknown>> | null;
  try {
    file = JSON.parse(text) as typeof file;
  } catch {
    file = null;
  }
  const numbers = (name: 'mean' | 'sd' | 'components' | 'rigid'): readonly number[] => {
    const values = file?.[name];
    return Array.isArray(values) ? (values as number[]) : [NaN];
  };
  if (file?.format !== 'personalized-head/landmarks') {
    throw new AssetError(
      'cameras/format',
      `landmarks: expected personalized-head/landmarks, got another file. ${remedy}`,
    );
  }
  const components = file.components === undefined ? [] : numbers('components');
  return headShape({ mean: numbers('mean'), sd: numbers('sd'), components, rigid: numbers('rigid') }, topology);
}
