import { ShapeError } from '../../runtime/core/errors.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { judgeFace } from '../evaluation/judgeFace.js';
import type { FaceJudge, FaceReading } from '../evaluation/judge.js';

/** A picture of a face and the camera it was taken with. */
export interface FaceShot {
  /** [3, H, H] in -1..1, over grey: `portraitImage` of a render, `photoImage` of a photo */
  readonly image: Tensor;
  readonly camera: Camera;
}

/** What one judge says of a picture. */
export interface IdentityReading {
  /** To the nearest of the person's own faces; less is more alike. */
  readonly distance: number;
  /** Whether that is below the judge's threshold for one and the same person. */
  readonly same: boolean;
  readonly face: FaceReading;
}

/** By the judge's name. */
export type MeterReading = ReadonlyMap<string, IdentityReading>;

/**
 * How far a picture is from a person, by face networks and not by assertion: the one door for commands and pages. Taken
 * against pictures of the person, a photo or a render of who they are without an edit.
 */
export class IdentityMeter {
  private constructor(
    private readonly _judges: readonly FaceJudge[],
    /** By the judge, one for each of the person's own faces. */
    private readonly _own: readonly (readonly FaceReading[])[],
  ) {}

  /**
   * @param references the person's own faces; at least one
   * @throws ShapeError for none, and what judges throw
   */
  static async create(judges: readonly FaceJudge[], references: readonly FaceShot[]): Promise<IdentityMeter> {
    if (references.length === 0) {
      throw new ShapeError('meter/references', 'identity meter: expected at least one face of the person, got none.');
    }
    const own: FaceReading[][] = [];
    for (const judge of judges) {
      const readings: FaceReading[] = [];
      for (const { image, camera } of references) readings.push(await judgeFace(judge, image, camera));
      own.push(readings);
    }
    return new IdentityMeter(judges, own);
  }

  get judges(): readonly FaceJudge[] {
    return this._judges;
  }

  /** Reads a picture by all judges. */
  async read(shot: FaceShot): Promise<MeterReading> {
    const readings = new Map<string, IdentityReading>();
    for (const [k, judge] of this._judges.entries()) {
      const face = await judgeFace(judge, shot.image, shot.camera);
      const distance = Math.min(...this._own[k]!.map((own) => judge.distance(face, own)));
      readings.set(judge.name, { distance, same: distance < judge.threshold, face });
    }
    return readings;
  }
}

/** `dlib 0.31, faceres 0.22`; a distance that is not the same person's has a `!`. */
export function meterText(reading: MeterReading): string {
  return [...reading]
    .map(([name, { distance, same }]) => `${name} ${distance.toFixed(2)}${same ? '' : '!'}`)
    .join(', ');
}

/** For a JSON file: distances and what the face shows, by the judge. */
export function meterJson(reading: MeterReading): Record<string, Record<string, number | boolean>> {
  return Object.fromEntries(
    [...reading].map(([name, { distance, same, face }]) => {
      const { happy, age, mouthOpen } = face;
      return [name, { distance, same, happy, mouthOpen, ...(age === undefined ? {} : { age }) }];
    }),
  );
}
