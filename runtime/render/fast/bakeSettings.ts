import { ShapeError } from '../../core/errors.js';

/** Voxels along an axis of a brick, the unit of the occupancy. The 4 of shaders/fast. */
export const brickSide = 4;
/** Densities (before activation) that the volume's 8 bits span. Constants of shaders/fast/include/voxels.wgsl. */
export const densityRange = { least: -100, most: 150 } as const;

/** How a face is baked and marched. */
export interface BakeSettings {
  /** Voxels along an axis of the planes' cube; best the planes' own side, so that no lookup interpolates. */
  readonly side: number;
  /** Samples of the decoder at an edge pixel. */
  readonly edgeSamples: number;
}

/** What was measured to give 45 dB at less than two decoded points a covered pixel, docs/decisions/0059-fast.md. */
export const bakeDefaults: BakeSettings = { side: 128, edgeSamples: 10 };

/**
 * Fills in what is not given.
 * @throws ShapeError where the side is no multiple of 4 from 8 to 160, or edge pixels have fewer than 2 samples
 */
export function bakeSettings(changes: Partial<BakeSettings> = {}): BakeSettings {
  const settings = { ...bakeDefaults, ...changes };
  const { side, edgeSamples } = settings;
  if (!Number.isInteger(side / brickSide) || side < 2 * brickSide || side > 160) {
    throw new ShapeError('bake/side', `bake: side must be a multiple of ${brickSide} from 8 to 160, got ${side}.`);
  }
  if (!Number.isInteger(edgeSamples) || edgeSamples < 2) {
    throw new ShapeError('bake/samples', `bake: edgeSamples must be a whole number of at least 2, got ${edgeSamples}.`);
  }
  return settings;
}
