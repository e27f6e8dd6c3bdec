import { AssetError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { orthogonalise } from '../../../runtime/latent/orthogonalise.js';
import { separate, type SeparatorOptions } from '../../../runtime/latent/separator.js';
import type { Attribute } from './attributes.js';
import type { LabelledSample } from './labels.js';

/** A direction of W that labels showed. */
export interface FoundDirection {
  readonly attribute: Attribute;
  /** `[wDim]`: one standard deviation of the samples along it, towards higher scores */
  readonly vector: Float32Array;
  /** Held-out samples of the extremes on the right side; 0.5 is chance. Of the plane before it was made orthogonal. */
  readonly accuracy: number;
  /** Samples in the top and in the bottom class. */
  readonly counts: readonly [number, number];
  /** What it was made orthogonal to. */
  readonly keeps: readonly string[];
}

export interface FindDirectionsOptions extends SeparatorOptions {
  /** Names of attributes that every other direction leaves alone (a conditional edit). */
  readonly keep?: readonly string[];
}

/**
 * Finds a direction for each attribute: separates the samples at the extremes of its score by a plane.
 * @param latentOf [wDim] of a sample's seed
 * @throws AssetError where a class of an attribute is empty, or it has no labels
 */
export function findDirections(
  samples: readonly LabelledSample[],
  latentOf: (seed: number) => Float32Array,
  attributes: readonly Attribute[],
  { keep = [], ...options }: FindDirectionsOptions = {},
): FoundDirection[] {
  const unknown = keep.find((name) => !attributes.some((attribute) => attribute.name === name));
  if (unknown !== undefined) {
    throw new AssetError(
      'directions/keep',
      `directions: ${unknown} is to be left alone, but no direction is found for it. Add it to the attributes.`,
    );
  }
  const planes = attributes.map((attribute) => {
    const labelled = samples.filter(({ scores }) => scores[attribute.name] !== undefined);
    if (labelled.length === 0) {
      throw new AssetError(
        'directions/labels',
        `directions: no sample has a label for ${attribute.name}. Install the face network that tells it, or leave it out.`,
      );
    }
    const latents = stack(labelled.map(({ seed }) => latentOf(seed)));
    const scores = labelled.map((sample) => sample.scores[attribute.name]!);
    return { attribute, latents, ...separated(attribute, latents, scores, options) };
  });
  return planes.map(({ attribute, latents, normal, accuracy, counts }) => {
    const others = planes.filter((plane) => plane.attribute !== attribute && keep.includes(plane.attribute.name));
    const unit =
      others.length === 0
        ? normal
        : orthogonalise(
            normal,
            others.map((other) => other.normal),
          );
    const step = spreadAlong(latents, unit);
    return {
      attribute,
      vector: Float32Array.from(unit, (value) => value * step),
      accuracy,
      counts,
      keeps: others.map((other) => other.attribute.name),
    };
  });
}

function separated({ name }: Attribute, latents: Tensor, scores: readonly number[], options: SeparatorOptions) {
  try {
    return separate(latents, scores, options);
  } catch (cause) {
    if (!(cause instanceof AssetError)) throw cause;
    throw new AssetError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

function stack(rows: readonly Float32Array[]): Tensor {
  const size = rows[0]!.length;
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, i) => data.set(row, i * size));
  return { dims: [rows.length, size], data };
}

/** Standard deviation of the samples along a unit vector. */
function spreadAlong({ dims, data }: Tensor, unit: Float64Array): number {
  const places = Float64Array.from({ length: dims[0]! }, (_, n) =>
    unit.reduce((sum, value, i) => sum + value * data[n * unit.length + i]!, 0),
  );
  const mean = places.reduce((sum, value) => sum + value, 0) / places.length;
  return Math.sqrt(places.reduce((sum, value) => sum + (value - mean) ** 2, 0) / places.length);
}
