import { lookAt } from '../../../runtime/camera/lookAt.js';
import type { Camera } from '../../../runtime/camera/camera.js';
import type { CameraConfig } from '../../../runtime/checkpoint/config/config.js';
import type { PersonFile } from '../../../runtime/checkpoint/person/person.js';
import { bitmapOf, type Bitmap } from '../../../runtime/core/bitmap.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { neutralize, type Directions } from '../../../runtime/latent/directions.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { AssetError } from '../../../runtime/core/errors.js';
import type { FaceLandmarks, FaceNets } from '../../photos/faces/faceNets.js';
import { makePyramid } from '../../photos/faces/bitmapPyramid.js';
import { readFaces } from '../../photos/faces/readFaces.js';
import { expressedView, personWs, renderPortraits, type Studio } from '../../portraits.js';
import { portraitImage } from '../judgedImage.js';
import { alikeness, changeOf, differenceImage } from './differenceImage.js';
import { faceMeasures, type FaceMeasures } from './faceMeasures.js';
import { asymmetryOf, measuredExpressions, type MeasuredExpression } from './measuredExpressions.js';

/** One movement of a learned head and of the bare base at the same latent, in distances of the eyes. */
export interface MovementRow {
  readonly expression: string;
  readonly movement: string;
  readonly person: number;
  readonly base: number;
  /** Difference of both sides by their mean length: 0 is a mirror's; null where it has no sides. */
  readonly asymmetry: number | null;
  readonly baseAsymmetry: number | null;
}

/** What an expression changes in the picture of a learned head, beside the bare base's. */
export interface ChangeRow {
  readonly expression: string;
  /** Mean absolute difference with and without the expression, -1..1. */
  readonly person: number;
  readonly base: number;
  /** Cosine between the two difference images. */
  readonly alike: number | null;
}

/** Goes to JSON as it is. */
export interface ExpressionsKept {
  readonly movements: readonly MovementRow[];
  readonly changes: readonly ChangeRow[];
}

export interface ExpressionsKeptOptions {
  readonly person: PersonFile;
  readonly directions: Directions;
  readonly nets: FaceNets;
  /** Side of the renders, pixels; the face fills most of one. Default 192. */
  readonly side?: number;
  /** Default `measuredExpressions`, those of them that the base has. */
  readonly expressions?: readonly MeasuredExpression[];
  readonly signal?: AbortSignal;
}

/** What was measured, with the pictures: the look without and with each expression. */
export interface ExpressionRenders {
  readonly measures: readonly FaceMeasures[];
  readonly images: readonly Tensor[];
  readonly pictures: readonly Bitmap[];
}

/** From the front, nearer than the base's own: the face fills most of the picture. */
export function faceCamera({ radius, focal }: CameraConfig): Camera {
  const height = -0.06;
  return lookAt([0, height, radius], [0, height, 0], 1.45 * focal);
}

/** The expressions that a base has. */
export const expressionsOf = (
  { byName, groups }: Directions,
  wanted: readonly MeasuredExpression[] = measuredExpressions,
): MeasuredExpression[] =>
  wanted.filter(({ amounts }) => Object.keys(amounts).every((name) => byName.has(name) || groups.has(name)));

/**
 * Renders a look without and with expressions from the front and measures each.
 * @param ws [numWs, wDim]
 * @throws AssetError where the nets find no face in the look; the signal's reason when it aborts
 */
export async function measureExpressions(
  studio: Studio,
  person: PersonFile,
  ws: Tensor,
  {
    directions,
    nets,
    side = 192,
    expressions = expressionsOf(directions),
    signal,
  }: Omit<ExpressionsKeptOptions, 'person'>,
): Promise<ExpressionRenders> {
  const camera = faceCamera(studio.base.config.camera);
  const amounts = [{}, ...expressions.map((expression) => expression.amounts)];
  const views = amounts.map((amount) => expressedView(ws, directions, amount, camera));
  signal?.throwIfAborted();
  const images = (await renderPortraits(studio, person, views, side)).map(portraitImage);
  const pictures = images.map((image) => bitmapOf(image, null, [0.5, 0.5, 0.5]));
  const measures: FaceMeasures[] = [];
  let neutral: FaceLandmarks | null = null;
  for (const picture of pictures) {
    signal?.throwIfAborted();
    const pyramid = makePyramid(picture);
    const found: FaceLandmarks | null = neutral
      ? await nets.landmarks(pyramid, neutral)
      : ((await readFaces(nets, pyramid))[0]?.landmarks ?? null);
    if (!found) {
      throw new AssetError(
        'expressions/face',
        'expressions: the face nets find no face in a render from the front. Learn the head anew.',
      );
    }
    neutral ??= found;
    measures.push(faceMeasures(found.points));
  }
  return { measures, images, pictures };
}

/**
 * How much of the base's expressions a learned head still shows: its neutral look and the bare base at the same latent, each
 * expression at amount 1, by the landmarks and by the difference images.
 * @throws AssetError where the nets find no face; the signal's reason when it aborts
 */
export async function expressionsKept(studio: Studio, options: ExpressionsKeptOptions): Promise<ExpressionsKept> {
  const { person, directions } = options;
  const expressions = expressionsOf(directions, options.expressions);
  const ws = neutralize(personWs(person, null, networkLayout(studio.base).numWs), directions);
  const own = await measureExpressions(studio, person, ws, { ...options, expressions });
  const its = await measureExpressions(studio, bare(person), ws, { ...options, expressions });
  return compareExpressions(expressions, own, its);
}

/** The base without what was learned. */
export const bare = ({ baseHash }: Pick<PersonFile, 'baseHash'>): PersonFile => ({
  baseHash,
  convention: 'standard',
  alpha: 1,
  tensors: new Map(),
  metadata: new Map(),
});

/** A person's renders beside the base's, of the same expressions. */
export function compareExpressions(
  expressions: readonly MeasuredExpression[],
  own: ExpressionRenders,
  its: ExpressionRenders,
): ExpressionsKept {
  const movements = expressions.flatMap(({ name, movements: all }, i) =>
    all.map(({ name: movement, of, sides }): MovementRow => {
      const [a, b] = [own.measures[0]!, own.measures[i + 1]!];
      const [c, d] = [its.measures[0]!, its.measures[i + 1]!];
      const asymmetry = sides ? asymmetryOf(sides(a, b)) : null;
      const baseAsymmetry = sides ? asymmetryOf(sides(c, d)) : null;
      return { expression: name, movement, person: of(a, b), base: of(c, d), asymmetry, baseAsymmetry };
    }),
  );
  const changes = expressions.map(({ name }, i): ChangeRow => {
    const change = differenceImage(own.images[0]!, own.images[i + 1]!);
    const itsChange = differenceImage(its.images[0]!, its.images[i + 1]!);
    return {
      expression: name,
      person: changeOf(change),
      base: changeOf(itsChange),
      alike: alikeness(change, itsChange),
    };
  });
  return { movements, changes };
}
