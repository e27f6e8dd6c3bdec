import { AssetError } from '../../runtime/core/errors.js';
import { imagePicture, type Background } from '../../runtime/core/picture.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { encodePerson, type PersonFile } from '../../runtime/checkpoint/person.js';
import type { Directions } from '../../runtime/latent/directions.js';
import type { Proxy } from '../../runtime/proxy/proxy.js';
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
import { meanVector } from '../vectors.js';
import { heldOutPlan, renderHeldOut, type HeldOut } from './heldOut.js';
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
  /** Of the base, as `personalize` takes it. */
  readonly proxy?: Proxy;
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
  const { train, test, infos, judges, effort, resolution, seed, signal, onProgress } = options;
  const { store = forgetfulStore } = options;
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
  const truths = new Map<Photo, { image: Tensor; mask: Tensor; readings: FaceReading[] }>();
  for (const photo of new Set([frontal, ...plan.map((entry) => entry.photo)])) {
    const seen = photoImage(photo, resolution);
    const readings: FaceReading[] = [];
    for (const judge of judges) readings.push(await judgeFace(judge, seen.image, photo.camera));
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

  const work: WorkPlan = {
    photos: train.length,
    effort,
    fitted: new Set(plan.map(({ fittedOn }) => fittedOn)).size,
    fitSteps: options.fitSteps,
    rendered: plan.length,
  };
  const total = totalSteps(options.methods, work);
  let [done, known] = [0, 0];
  const report = (method: string, what: string, steps: number): void =>
    onProgress?.({ method, what, done: done + steps, total, known });

  const latent = await LatentSpace.measure(studio.base, studio.execution, options.directions);
  const rows = sheetRows(plan);
  const results: MethodResult[] = [];
  const inOrder = (): MethodResult[] =>
    options.methods.flatMap(({ name }) => results.filter(({ method }) => method === name));
  const so = (): PersonEvaluation => ({
    records: inOrder().flatMap(({ records }) => records),
    truth,
    costs: inOrder().map(({ cost }) => cost),
    smiles: inOrder().flatMap(({ smiles }) => smiles),
    expressions: Object.fromEntries(
      inOrder().flatMap(({ method, expressions }) => (expressions ? [[method, expressions]] : [])),
    ),
    sheet: sheetOf(plan, rows, infos, truths, inOrder()),
  });
  let shared = await store.anchors();
  if (shared) done = known = inversionSteps(work);
  // A method that learns reads the photos better than the frozen base, and those are the anchors that all share.
  const frozenLast = [...options.methods].sort((a, b) => Number(isFrozen(a)) - Number(isFrozen(b)));
  for (const method of frozenLast) {
    signal?.throwIfAborted();
    const steps = trainingSteps(method, work) + heldOutSteps(work);
    const earlier = await store.result(method.name);
    if (earlier) {
      results.push(earlier);
      done += steps;
      known += steps;
      await options.onMethod?.(so());
      continue;
    }
    const inverting = shared === null;
    const before = inverting ? 0 : inversionSteps(work);
    const state = await store.state(method.name);
    let first: number | null = null;
    const learned = await personalize({
      ...studio,
      photos: train,
      method,
      effort,
      resolution,
      seed,
      ...(options.directions ? { directions: options.directions } : {}),
      ...(options.proxy ? { proxy: options.proxy } : {}),
      ...(options.lpips ? { lpips: options.lpips } : {}),
      ...(options.identity ? { identity: options.identity } : {}),
      ...(signal ? { signal } : {}),
      ...(shared ? { anchors: shared.inverted } : {}),
      ...(state ? { resume: state } : {}),
      onState: (bytes) => store.saveState(method.name, bytes),
      onProgress: (progress) => {
        const reached = stepsOf(progress, work) - before;
        // What the state held was done before.
        if (first === null) known += first = reached - 1;
        report(method.name, `${progress.stage}, loss ${progress.loss.toFixed(4)}`, reached);
      },
    });
    signal?.throwIfAborted();
    // The first one pays for the anchors, which all share.
    const seconds = learned.seconds + (shared?.seconds ?? 0);
    if (!shared) {
      shared = { inverted: learned.inverted, seconds: anchorSeconds(learned.seconds, method, work) };
      await store.saveAnchors(shared);
      done += inversionSteps(work);
    }
    const trained = trainingSteps(method, work);
    const { person } = learned;
    const portraits = await renderHeldOut(studio, person, latent, plan, {
      start: meanVector(shared.inverted),
      steps: options.fitSteps,
      resolution,
      seed,
      ...(signal ? { signal } : {}),
      onProgress: (fraction) => report(method.name, 'held-out photos', trained + fraction * heldOutSteps(work)),
    });
    const records: PhotoRecord[] = [];
    const smiles: SmileRecord[] = [];
    for (const [i, { photo }] of plan.entries()) {
      const image = portraitImage(portraits[i]!);
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
    report(method.name, 'expressions', trained + heldOutSteps(work));
    const expressions = await keptExpressions(studio, person, options);
    const result: MethodResult = {
      method: method.name,
      records,
      smiles,
      ...(expressions ? { expressions } : {}),
      cost: {
        method: method.name,
        numbers: countNumbers(
          trainables(studio.base, method, seed, { superresolution: canCompareFine(studio.base, train) }),
        ),
        bytes: encodePerson(person).length,
        seconds,
      },
      renders: rows.map((i) => imagePicture(portraitImage(portraits[i]!), null, grey)),
    };
    await store.saveResult(result, person);
    results.push(result);
    done += steps;
    await options.onMethod?.(so());
  }
  return so();
}

/** null where nothing is there to measure by, or a head is so poor that no face is found in it: the others go on. */
async function keptExpressions(
  studio: Studio,
  person: PersonFile,
  { directions, nets, proxy, resolution: side, signal }: EvaluateOptions,
): Promise<ExpressionsKept | null> {
  if (!directions || !nets) return null;
  try {
    const acting = { ...studio, ...(proxy ? { proxy } : {}) };
    return await expressionsKept(acting, { person, directions, nets, side, ...(signal ? { signal } : {}) });
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
        truth: imagePicture(truths.get(photo)!.image, null, grey),
        renders: results.map(({ renders }) => renders[row]!),
      };
    }),
  );
}
