import { AssetError } from '../../runtime/core/errors.js';
import { bitmapOf, type Background } from '../../runtime/core/bitmap.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { encodePerson, type PersonFile } from '../../runtime/checkpoint/person/person.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { LatentSpace } from '../inversion/latentSpace.js';
import { Lpips } from '../perceptual/lpips.js';
import type { LpipsNetwork } from '../perceptual/lpipsNetwork.js';
import { personalize, type Effort } from '../personalize.js';
import type { FaceNets } from '../photos/faces/faceNets.js';
import type { Photo } from '../photos/photo.js';
import { yawDegrees, type PhotoInfo } from '../photos/photoInfo.js';
import type { Studio } from '../portraits.js';
import { isFrozen, type Method } from '../training/method.js';
import { canCompareFine } from '../training/superresolution/fineTarget.js';
import { countNumbers, trainables } from '../training/trainables.js';
import { heldOutPlan, meanAnchor, renderHeldOut, type HeldOut } from './heldOut.js';
import type { FaceJudge, FaceReading } from './judge.js';
import { expressionsKept, type ExpressionsKept } from './expressions/expressionsKept.js';
import { judgeFace } from './judgeFace.js';
import { photoImage, portraitImage } from './judgedImage.js';
import { forgetfulStore, type EvaluationStore, type MethodResult, type SmileRecord } from './methodResult.js';
import { psnr } from './metrics/psnr.js';
import { structuralDistance } from './metrics/structure.js';
import { comparisonSheet, type ComparisonSheet } from './sheet.js';
import { heldOutSteps, inversionSteps, stepsOf, totalSteps, trainingSteps, type WorkPlan } from './work.js';
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
  /** With them and `directions`, how much of the base's expressions each method keeps is measured. */
  readonly nets?: FaceNets;
  /** Measured beside the other distances; with a weight, all methods also learn by it, and it is no independent measure. */
  readonly lpips?: { readonly network: LpipsNetwork; readonly weight: number };
  /** Weight of identity between the anchors, for all methods; default 0. */
  readonly identity?: number;
  readonly signal?: AbortSignal;
  /** Keeps what is done; what it has already is not done again. Default: nothing is kept. */
  readonly store?: EvaluationStore;
  readonly onProgress?: (progress: EvaluationProgress) => void;
  /** Called after every method with everything so far. */
  readonly onMethod?: (so: PersonEvaluation) => Promise<void> | void;
}

/** Where an evaluation is. */
export interface EvaluationProgress {
  readonly method: string;
  readonly what: string;
  /** Steps done and all there are, see work.ts. */
  readonly done: number;
  readonly total: number;
  /** Of `done`, what an earlier run did: it tells nothing about the speed. */
  readonly known: number;
}

/** What one person's evaluation found. */
export interface PersonEvaluation {
  readonly records: readonly PhotoRecord[];
  readonly truth: readonly TruthRecord[];
  readonly costs: readonly MethodCost[];
  readonly sheet: ComparisonSheet;
  readonly smiles: readonly SmileRecord[];
  /** By method, where it was measured. */
  readonly expressions: Readonly<Record<string, ExpressionsKept>>;
}

const grey: Background = [0.5, 0.5, 0.5];
const degrees = (photo: Photo): number => yawDegrees(photo.camera);

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
  const lpips = options.lpips ? new Lpips(studio.execution, options.lpips.network) : null;
  try {
    return await evaluate(studio, options, lpips);
  } finally {
    await lpips?.dispose();
  }
}

async function evaluate(studio: Studio, options: EvaluateOptions, lpips: Lpips | null): Promise<PersonEvaluation> {
  const evaluation = await Evaluation.open(studio, options, lpips);
  // A method that learns reads the photos better than the frozen base, and those are the anchors that all share.
  const frozenLast = [...options.methods].sort((a, b) => Number(isFrozen(a)) - Number(isFrozen(b)));
  for (const method of frozenLast) {
    options.signal?.throwIfAborted();
    await evaluation.take(method);
    await options.onMethod?.(evaluation.soFar());
  }
  return evaluation.soFar();
}

/** What a held-out photo shows. */
interface Truth {
  readonly image: Tensor;
  readonly mask: Tensor;
  /** One a judge. */
  readonly readings: readonly FaceReading[];
}

/** One person's evaluation: the held-out photos as they are, and what each method made of them so far. */
class Evaluation {
  private readonly _results: MethodResult[] = [];
  private readonly _rows: ReturnType<typeof sheetRows>;
  private readonly _work: WorkPlan;
  private readonly _truth: readonly TruthRecord[];
  private _done = 0;
  /** Of `_done`, what an earlier run did. */
  private _known = 0;

  private constructor(
    private readonly _studio: Studio,
    private readonly _options: EvaluateOptions,
    private readonly _lpips: Lpips | null,
    private readonly _plan: readonly HeldOut[],
    private readonly _frontal: Photo,
    private readonly _truths: ReadonlyMap<Photo, Truth>,
    private readonly _latent: LatentSpace,
    private readonly _store: EvaluationStore,
    private _shared: Awaited<ReturnType<EvaluationStore['anchors']>>,
  ) {
    const { train, infos, judges, effort, fitSteps } = _options;
    this._rows = sheetRows(_plan);
    this._work = {
      photos: train.length,
      effort,
      fitted: new Set(_plan.map(({ fittedOn }) => fittedOn)).size,
      fitSteps,
      rendered: _plan.length,
    };
    if (_shared) this._done = this._known = inversionSteps(this._work);
    const front = _truths.get(_frontal)!.readings;
    this._truth = _plan
      .filter(({ photo }) => photo !== _frontal)
      .map(({ photo }) => ({
        photo: photo.name,
        yaw: degrees(photo),
        expression: groupOf(infos.get(photo.name)),
        toFrontal: Object.fromEntries(
          judges.map((judge, k) => [judge.name, judge.distance(_truths.get(photo)!.readings[k]!, front[k]!)]),
        ),
      }));
  }

  /** Reads the held-out photos. */
  static async open(studio: Studio, options: EvaluateOptions, lpips: Lpips | null): Promise<Evaluation> {
    const { test, infos, judges, resolution, store = forgetfulStore } = options;
    const plan = heldOutPlan(test, infos, degrees, options.singles);
    const frontal = frontalOf(test, infos);
    const truths = new Map<Photo, Truth>();
    for (const photo of new Set([frontal, ...plan.map((entry) => entry.photo)])) {
      const seen = photoImage(photo, resolution);
      const readings: FaceReading[] = [];
      for (const judge of judges) readings.push(await judgeFace(judge, seen.image, photo.camera));
      truths.set(photo, { ...seen, readings });
    }
    const latent = await LatentSpace.measure(studio.base, studio.execution, options.directions);
    return new Evaluation(studio, options, lpips, plan, frontal, truths, latent, store, await store.anchors());
  }

  /** Everything found so far, methods in the order they were asked for. */
  soFar(): PersonEvaluation {
    const inOrder = this._options.methods.flatMap(({ name }) => this._results.filter(({ method }) => method === name));
    return {
      records: inOrder.flatMap(({ records }) => records),
      truth: this._truth,
      costs: inOrder.map(({ cost }) => cost),
      smiles: inOrder.flatMap(({ smiles }) => smiles),
      expressions: Object.fromEntries(
        inOrder.flatMap(({ method, expressions }) => (expressions ? [[method, expressions]] : [])),
      ),
      sheet: sheetOf(this._plan, this._rows, this._options.infos, this._truths, inOrder),
    };
  }

  /** Learns by a method and measures it, or takes what an earlier run found. */
  async take(method: Method): Promise<void> {
    const steps = trainingSteps(method, this._work) + heldOutSteps(this._work);
    const earlier = await this._store.result(method.name);
    if (earlier) {
      this._results.push(earlier);
      this._known += steps;
    } else {
      const { person, seconds } = await this._learn(method);
      const result = await this._measure(method, person, seconds);
      await this._store.saveResult(result, person);
      this._results.push(result);
    }
    this._done += steps;
  }

  /** The method's person, and the anchors that all methods share. */
  private async _learn(method: Method) {
    const { effort, resolution, seed, signal, train, directions, lpips, identity } = this._options;
    const { _shared: shared, _store: store, _work: work } = this;
    const before = shared ? 0 : inversionSteps(work);
    const state = await store.state(method.name);
    let first: number | null = null;
    const learned = await personalize({
      ...this._studio,
      photos: train,
      method,
      effort,
      resolution,
      seed,
      ...(directions ? { directions } : {}),
      ...(lpips ? { lpips } : {}),
      ...(identity ? { identity } : {}),
      ...(signal ? { signal } : {}),
      ...(shared ? { anchors: shared.inverted } : {}),
      ...(state ? { resume: state } : {}),
      onState: (bytes) => store.saveState(method.name, bytes),
      onProgress: (progress) => {
        const reached = stepsOf(progress, work) - before;
        // What the state held was done before.
        if (first === null) this._known += first = reached - 1;
        this._report(method, `${progress.stage}, loss ${progress.loss.toFixed(4)}`, reached);
      },
    });
    signal?.throwIfAborted();
    // The first one pays for the anchors, which all share.
    const seconds = learned.seconds + (shared?.seconds ?? 0);
    const found = shared ?? {
      inverted: learned.inverted,
      seconds: anchorSeconds(learned.seconds, method, work),
    };
    if (!shared) {
      this._shared = found;
      await store.saveAnchors(found);
      this._done += inversionSteps(work);
    }
    return { person: learned.person, seconds };
  }

  private async _measure(method: Method, person: PersonFile, seconds: number): Promise<MethodResult> {
    const { _options: options, _studio: studio, _work: work } = this;
    const { resolution, seed, signal, train, fitSteps } = options;
    const trained = trainingSteps(method, work);
    const portraits = await renderHeldOut(studio, person, this._latent, this._plan, {
      start: meanAnchor(person, this._latent),
      steps: fitSteps,
      resolution,
      seed,
      ...(signal ? { signal } : {}),
      onProgress: (fraction) => this._report(method, 'held-out photos', trained + fraction * heldOutSteps(work)),
    });
    const images = portraits.map(portraitImage);
    const { records, smiles } = await this._judge(method, images);
    this._report(method, 'expressions', trained + heldOutSteps(work));
    const expressions = await keptExpressions(studio, person, options);
    const superresolution = canCompareFine(studio.base, train);
    return {
      method: method.name,
      records,
      smiles,
      ...(expressions ? { expressions } : {}),
      cost: {
        method: method.name,
        numbers: countNumbers(trainables(studio.base, method, seed, { superresolution })),
        bytes: encodePerson(person).length,
        seconds,
      },
      renders: this._rows.map((i) => bitmapOf(images[i]!, null, grey)),
    };
  }

  /** Compares a method's images with the held-out photos. @param images one a photo of the plan */
  private async _judge(method: Method, images: readonly Tensor[]): Promise<Pick<MethodResult, 'records' | 'smiles'>> {
    const { _frontal: frontal, _lpips: lpips, _truths: truths } = this;
    const { infos, judges } = this._options;
    const front = truths.get(frontal)!.readings;
    const records: PhotoRecord[] = [];
    const smiles: SmileRecord[] = [];
    for (const [i, { photo }] of this._plan.entries()) {
      const image = images[i]!;
      const truthOf = truths.get(photo)!;
      const identity: Record<string, { toFrontal: number | null; toPhoto: number }> = {};
      for (const [k, judge] of judges.entries()) {
        const reading = await judgeFace(judge, image, photo.camera);
        identity[judge.name] = {
          toFrontal: photo === frontal ? null : judge.distance(reading, front[k]!),
          toPhoto: judge.distance(reading, truthOf.readings[k]!),
        };
        noteSmile(smiles, method.name, judge.name, infos.get(photo.name), degrees(photo), reading.happy);
      }
      records.push({
        method: method.name,
        photo: photo.name,
        yaw: degrees(photo),
        expression: groupOf(infos.get(photo.name)),
        psnr: psnr(image, truthOf.image, truthOf.mask),
        structure: structuralDistance(image, truthOf.image),
        ...(lpips ? { lpips: await lpips.distance(image, await lpips.reference(truthOf.image)) } : {}),
        identity,
      });
    }
    return { records, smiles };
  }

  private _report({ name }: Method, what: string, steps: number): void {
    const total = totalSteps(this._options.methods, this._work);
    this._options.onProgress?.({ method: name, what, done: this._done + steps, total, known: this._known });
  }
}

/** The neutral photo nearest to the front. @throws AssetError where there is none within 15 degrees */
function frontalOf(photos: readonly Photo[], infos: ReadonlyMap<string, PhotoInfo>): Photo {
  const frontal = photos
    .filter((photo) => groupOf(infos.get(photo.name)) === 'neutral')
    .reduce<Photo | null>(
      (best, photo) => (best && Math.abs(degrees(best)) <= Math.abs(degrees(photo)) ? best : photo),
      null,
    );
  if (frontal && Math.abs(degrees(frontal)) <= 15) return frontal;
  throw new AssetError('evaluation/frontal', 'evaluate: expected a neutral test photo from the front, got none.');
}

/** null where nothing is there to measure by, or a head is so poor that no face is found in it: the others go on. */
async function keptExpressions(
  studio: Studio,
  person: PersonFile,
  { directions, nets, resolution: side, signal }: EvaluateOptions,
): Promise<ExpressionsKept | null> {
  if (!directions || !nets) return null;
  try {
    return await expressionsKept(studio, { person, directions, nets, side, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (error instanceof AssetError && error.code === 'expressions/face') return null;
    throw error;
  }
}

/** Seconds of a run that its anchors took; by steps, where it also trained: those of both stages cost about the same. */
function anchorSeconds(seconds: number, method: Method, work: WorkPlan): number {
  const anchors = inversionSteps(work);
  return (seconds * anchors) / (anchors + trainingSteps(method, work));
}

function noteSmile(
  smiles: { -readonly [K in keyof SmileRecord]: SmileRecord[K] }[],
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

const mostRows = 12;

/** Numbers of the held-out photos that the sheet shows, evenly from first to last. */
function sheetRows(plan: readonly HeldOut[]): number[] {
  const count = Math.min(mostRows, plan.length);
  return Array.from({ length: count }, (_, i) => Math.floor((i * plan.length) / count));
}

function sheetOf(
  plan: readonly HeldOut[],
  rows: readonly number[],
  infos: ReadonlyMap<string, PhotoInfo>,
  truths: ReadonlyMap<Photo, { image: Tensor }>,
  results: readonly MethodResult[],
): ComparisonSheet {
  return comparisonSheet(
    results.map(({ method }) => method),
    rows.map((number, row) => {
      const { photo } = plan[number]!;
      return {
        photo: photo.name,
        yaw: degrees(photo),
        expression: groupOf(infos.get(photo.name)),
        truth: bitmapOf(truths.get(photo)!.image, null, grey),
        renders: results.map(({ renders }) => renders[row]!),
      };
    }),
  );
}
