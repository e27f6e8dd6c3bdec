import { AssetError } from '../../runtime/core/errors.js';
import { imagePicture, type Background } from '../../runtime/core/picture.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { encodePerson, type PersonFile } from '../../runtime/checkpoint/person.js';
import type { Portrait } from '../../runtime/generator/portrait.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { LatentSpace } from '../inversion/latentSpace.js';
import { personalize, type Effort, type PersonalizeProgress } from '../personalize.js';
import type { Photo } from '../photos/photo.js';
import { cameraYaw, type PhotoInfo } from '../photos/photoInfo.js';
import type { Studio } from '../portraits.js';
import { methods, type Method } from '../training/method.js';
import { countNumbers, trainables } from '../training/trainables.js';
import { faceBox } from './faceBox.js';
import { heldOutPlan, renderHeldOut, type HeldOut } from './heldOut.js';
import type { FaceJudge, FaceReading } from './judge.js';
import { photoImage, portraitImage } from './judgedImage.js';
import { psnr } from './metrics/psnr.js';
import { structuralDistance } from './metrics/structure.js';
import { comparisonSheet, type ComparisonSheet } from './sheet.js';
import type { ExpressionGroup, MethodCost, PhotoRecord, TruthRecord } from './table/records.js';

export interface EvaluateOptions {
  /** Photos to learn from. */
  readonly train: readonly Photo[];
  /** Photos that no training saw. */
  readonly test: readonly Photo[];
  readonly infos: ReadonlyMap<string, PhotoInfo>;
  readonly methods: readonly Method[];
  readonly judges: readonly FaceJudge[];
  readonly effort: Effort;
  /** Side of training photos and compared images, pixels. */
  readonly resolution: number;
  /** Held-out photos, beside regular series, that are fitted and compared. */
  readonly singles: number;
  /** Steps in which a latent is fitted to a held-out photo. */
  readonly fitSteps: number;
  readonly seed: string;
  readonly directions?: Directions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (method: string, what: string, progress: PersonalizeProgress | number) => void;
  /** Called after every method with everything so far. */
  readonly onMethod?: (so: PersonEvaluation, person: PersonFile) => Promise<void> | void;
}

/** What one person's evaluation found. */
export interface PersonEvaluation {
  readonly records: readonly PhotoRecord[];
  readonly truth: readonly TruthRecord[];
  readonly costs: readonly MethodCost[];
  readonly sheet: ComparisonSheet;
  /** `happy` by judge over the renders of the smiling series' frontal view, and over the neutral one's, by method. */
  readonly smiles: readonly {
    readonly method: string;
    readonly judge: string;
    readonly neutral: number;
    readonly smile: number;
  }[];
}

const grey: Background = [0.5, 0.5, 0.5];
const degrees = (photo: Photo): number => (cameraYaw(photo.camera) * 180) / Math.PI;

function groupOf(info: PhotoInfo | undefined): ExpressionGroup {
  const strong = Object.entries(info?.expression ?? {}).filter(([, amount]) => amount > 0.1);
  if (strong.length === 0) return 'neutral';
  return strong.some(([name]) => name.startsWith('smile')) ? 'smile' : 'other';
}

/**
 * Learns a person by several methods from the same photos and anchors and compares each with photos that no training saw,
 * by pixels, structure and the distance of faces.
 * @throws AssetError where there is no neutral held-out photo from the front, which identity is measured against
 */
export async function evaluatePerson(studio: Studio, options: EvaluateOptions): Promise<PersonEvaluation> {
  const { train, test, infos, judges, effort, resolution, seed, signal, onProgress } = options;
  const plan = heldOutPlan(test, infos, degrees, options.singles);
  const frontal = test
    .filter((photo) => groupOf(infos.get(photo.name)) === 'neutral')
    .reduce<Photo | null>(
      (best, photo) => (best && Math.abs(degrees(best)) <= Math.abs(degrees(photo)) ? best : photo),
      null,
    );
  if (!frontal || Math.abs(degrees(frontal)) > 15) {
    throw new AssetError('evaluation/frontal', 'evaluate: expected a neutral test photo from the front, got none.');
  }
  const look = (judge: FaceJudge, image: Tensor, photo: Photo): Promise<FaceReading> =>
    judge.look(image, faceBox(photo.camera, image.dims.at(-1)!));
  const truths = new Map<Photo, { image: Tensor; mask: Tensor; readings: FaceReading[] }>();
  for (const photo of new Set([frontal, ...plan.map((entry) => entry.photo)])) {
    const seen = photoImage(photo, resolution);
    const readings: FaceReading[] = [];
    for (const judge of judges) readings.push(await look(judge, seen.image, photo));
    truths.set(photo, { ...seen, readings });
  }
  const front = truths.get(frontal)!.readings;
  const truth: TruthRecord[] = plan
    .filter(({ photo }) => photo !== frontal)
    .map(({ photo }) => ({
      photo: photo.name,
      yaw: degrees(photo),
      expression: groupOf(infos.get(photo.name)),
      toFrontal: Object.fromEntries(
        judges.map((judge, k) => [judge.name, judge.distance(truths.get(photo)!.readings[k]!, front[k]!)]),
      ),
    }));

  const latent = await LatentSpace.measure(studio.base, studio.execution);
  const records: PhotoRecord[] = [];
  const costs: MethodCost[] = [];
  const smiles: PersonEvaluation['smiles'][number][] = [];
  const columns: { method: string; portraits: readonly Portrait[] }[] = [];
  let inverted: readonly Float32Array[] | null = null;
  let inversionSeconds = 0;
  const so = (): PersonEvaluation => ({ records, truth, costs, smiles, sheet: sheetOf(plan, infos, truths, columns) });
  for (const method of options.methods) {
    signal?.throwIfAborted();
    const learned = await personalize({
      ...studio,
      photos: train,
      method,
      effort,
      resolution,
      seed,
      ...(options.directions ? { directions: options.directions } : {}),
      ...(signal ? { signal } : {}),
      ...(inverted ? { anchors: inverted } : {}),
      onProgress: (progress) => onProgress?.(method.name, 'learning', progress),
    });
    signal?.throwIfAborted();
    if (!inverted) {
      // The first one pays for the anchors, which all share.
      inversionSeconds = anchorSeconds(learned.seconds, method, effort, train.length);
      inverted = learned.inverted;
    }
    const start = meanOf(inverted);
    const { person } = learned;
    const portraits = await renderHeldOut(studio, person, latent, plan, {
      start,
      steps: options.fitSteps,
      resolution,
      seed,
      ...(signal ? { signal } : {}),
      onProgress: (fraction) => onProgress?.(method.name, 'held-out photos', fraction),
    });
    columns.push({ method: method.name, portraits });
    for (const [i, { photo }] of plan.entries()) {
      const image = portraitImage(portraits[i]!);
      const known = truths.get(photo)!;
      const identity: Record<string, { toFrontal: number | null; toPhoto: number }> = {};
      for (const [k, judge] of judges.entries()) {
        const reading = await look(judge, image, photo);
        identity[judge.name] = {
          toFrontal: photo === frontal ? null : judge.distance(reading, front[k]!),
          toPhoto: judge.distance(reading, known.readings[k]!),
        };
        noteSmile(smiles, method.name, judge.name, infos.get(photo.name), degrees(photo), reading.happy);
      }
      records.push({
        method: method.name,
        photo: photo.name,
        yaw: degrees(photo),
        expression: groupOf(infos.get(photo.name)),
        psnr: psnr(image, known.image, known.mask),
        structure: structuralDistance(image, known.image),
        identity,
      });
    }
    costs.push({
      method: method.name,
      numbers: countNumbers(trainables(studio.base, method, seed)),
      bytes: encodePerson(person).length,
      seconds: learned.seconds + (costs.length === 0 ? 0 : inversionSeconds),
    });
    await options.onMethod?.(so(), person);
  }
  return so();
}

/** Seconds of a run that its anchors took; by steps, where it also trained: those of both stages cost about the same. */
function anchorSeconds(seconds: number, method: Method, effort: Effort, photos: number): number {
  const anchors = effort.person + photos * effort.photo;
  return method === methods.get('base') ? seconds : (seconds * anchors) / (anchors + effort.training);
}

function meanOf(anchors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(anchors[0]!.length);
  for (const anchor of anchors) anchor.forEach((value, i) => (mean[i]! += value / anchors.length));
  return mean;
}

function noteSmile(
  smiles: { method: string; judge: string; neutral: number; smile: number }[],
  method: string,
  judge: string,
  info: PhotoInfo | undefined,
  yaw: number,
  happy: number,
): void {
  if (!info?.grid || Math.abs(yaw) > 5) return;
  let entry = smiles.find((known) => known.method === method && known.judge === judge);
  if (!entry) smiles.push((entry = { method, judge, neutral: 0, smile: 0 }));
  if (Object.keys(info.expression).length === 0) entry.neutral = happy;
  else entry.smile = happy;
}

const sheetRows = 12;

function sheetOf(
  plan: readonly HeldOut[],
  infos: ReadonlyMap<string, PhotoInfo>,
  truths: ReadonlyMap<Photo, { image: Tensor }>,
  columns: readonly { method: string; portraits: readonly Portrait[] }[],
): ComparisonSheet {
  const count = Math.min(sheetRows, plan.length);
  const rows = Array.from({ length: count }, (_, i) => Math.floor((i * plan.length) / count));
  return comparisonSheet(
    columns.map(({ method }) => method),
    rows.map((i) => {
      const { photo } = plan[i]!;
      return {
        photo: photo.name,
        yaw: degrees(photo),
        expression: groupOf(infos.get(photo.name)),
        truth: imagePicture(truths.get(photo)!.image, null, grey),
        renders: columns.map(({ portraits }) => imagePicture(portraitImage(portraits[i]!), null, grey)),
      };
    }),
  );
}
