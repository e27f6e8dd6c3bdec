import type { PersonFile } from '../../../runtime/checkpoint/person/person.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import type { Photo } from '../../photos/photo.js';
import type { FaceJudge } from '../judge.js';

/** A head that is compared with photos of its person. */
export interface HeadOptions {
  readonly person: PersonFile;
  readonly directions: Directions;
  /** Best those that no training saw. */
  readonly photos: readonly Photo[];
  readonly judges: readonly FaceJudge[];
  /** Side of renders and photos, pixels. */
  readonly side: number;
  readonly signal?: AbortSignal;
}
