import type { FaceJudge, FaceReading } from '../judge.js';
import { distanceAuc } from '../metrics/auc.js';
import type { Source } from './pictures.js';
import { readingsOf, type JudgedPicture } from './readings.js';

/** Pictures of one kind against the truth's frontal neutral pictures. */
export interface IdentityRow {
  readonly what: string;
  readonly heads: number;
  /** Mean distance to the same identity. */
  readonly same: number;
  /** Mean distance to every other identity. */
  readonly different: number;
  /** `distanceAuc` of the two. */
  readonly auc: number;
  /** Share of pictures whose nearest frontal truth is their own. */
  readonly rank1: number;
}

/** How one source's frontal picture changes along an expression. */
export interface ExpressionRow {
  readonly source: Source;
  readonly expression: string;
  readonly amount: number;
  readonly heads: number;
  readonly happy: number;
  /** Mean of both eyes, in distances of the eyes. */
  readonly eyeOpen: number;
  readonly mouthOpen: number;
  readonly mouthWidth: number;
  /** Mean distance to the same source's own neutral picture. */
  readonly toNeutral: number;
}

/** What one judge says of a base. Goes to JSON as it is. */
export interface JudgeProof {
  readonly judge: string;
  readonly identity: readonly IdentityRow[];
  readonly expressions: readonly ExpressionRow[];
}

/** A condition on the numbers above. */
export interface ProofGate {
  readonly what: string;
  readonly value: number | null;
  readonly passed: boolean;
}

/** Landmarks that move less than this on the truth, in distances of the eyes, cannot judge a model: dlib's lids hardly do. */
const leastChange = 0.03;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function identityRow(
  what: string,
  judge: Pick<FaceJudge, 'distance'>,
  pictures: ReadonlyMap<number, FaceReading>,
  fronts: ReadonlyMap<number, FaceReading>,
): IdentityRow | null {
  const [same, different]: number[][] = [[], []];
  let first = 0;
  for (const [head, reading] of pictures) {
    const own = fronts.get(head);
    if (!own) continue;
    const distance = judge.distance(reading, own);
    const others = [...fronts].filter(([other]) => other !== head).map(([, other]) => judge.distance(reading, other));
    same!.push(distance);
    different!.push(...others);
    if (others.every((other) => other > distance)) first++;
  }
  if (same!.length < 2) return null;
  return {
    what,
    heads: same!.length,
    same: mean(same!),
    different: mean(different!),
    auc: distanceAuc(same!, different!),
    rank1: first / same!.length,
  };
}

function expressionRow(
  judge: Pick<FaceJudge, 'distance'>,
  judged: readonly JudgedPicture[],
  source: Source,
  expression: string,
  amount: number,
): ExpressionRow | null {
  const neutral = readingsOf(judged, source, 'front');
  const shown = [...readingsOf(judged, source, 'front', expression, amount)].filter(([head]) => neutral.has(head));
  if (shown.length === 0) return null;
  const readings = shown.map(([, reading]) => reading);
  return {
    source,
    expression,
    amount,
    heads: shown.length,
    happy: mean(readings.map(({ happy }) => happy)),
    eyeOpen: mean(readings.map(({ eyeOpenLeft, eyeOpenRight }) => (eyeOpenLeft + eyeOpenRight) / 2)),
    mouthOpen: mean(readings.map(({ mouthOpen }) => mouthOpen)),
    mouthWidth: mean(readings.map(({ mouthWidth }) => mouthWidth)),
    toNeutral: mean(shown.map(([head, reading]) => judge.distance(reading, neutral.get(head)!))),
  };
}

/**
 * Identity and expressions of a base by one judge.
 *
 * Identity: renders of held-out heads against the frontal truth of the same and of all other heads, beside the truth's own
 * side view, which is the ceiling for the render's side view. Expressions: the frontal pictures of the heads that have
 * them, neutral ones of the same heads as amount 0.
 */
export function judgeProof(judge: Pick<FaceJudge, 'name' | 'distance'>, judged: readonly JudgedPicture[]): JudgeProof {
  const fronts = readingsOf(judged, 'truth', 'front');
  const identity = [
    identityRow('truth from the side (ceiling)', judge, readingsOf(judged, 'truth', 'side'), fronts),
    identityRow('render from the side', judge, readingsOf(judged, 'model', 'side'), fronts),
    identityRow('render from the front', judge, readingsOf(judged, 'model', 'front'), fronts),
  ].filter((row) => row !== null);
  const expressive = new Set(judged.filter(({ amount }) => amount > 0).map(({ head }) => head));
  const faces = judged.filter(({ head }) => expressive.has(head));
  const kinds = new Map(faces.map(({ expression, amount }) => [`${expression} ${amount}`, { expression, amount }]));
  const expressions = (['truth', 'model'] as const).flatMap((source) =>
    [...kinds.values()]
      .sort((a, b) => a.expression.localeCompare(b.expression) || a.amount - b.amount)
      .map(({ expression, amount }) => expressionRow(judge, faces, source, expression, amount))
      .filter((row) => row !== null),
  );
  return { judge: judge.name, identity, expressions };
}

/**
 * The conditions that a release's base is held to, by one judge. "Closes" and "opens": the landmarks move at least half as
 * far as they do on the truth; null where the judge does not see it on the truth either.
 */
export function proofGates({ judge, identity, expressions }: JudgeProof): ProofGate[] {
  const render = identity.find(({ what }) => what === 'render from the front');
  const find = (source: Source, expression: string, amount: number): ExpressionRow | undefined =>
    expressions.find((row) => row.source === source && row.expression === expression && row.amount === amount);
  const gate = (what: string, value: number | undefined, passed: (value: number) => boolean): ProofGate => ({
    what: `${judge}: ${what}`,
    value: value ?? null,
    passed: value !== undefined && passed(value),
  });
  /** Change of the model's landmark as a share of the truth's. */
  const share = (expression: string, length: 'eyeOpen' | 'mouthOpen'): number | undefined => {
    const change = (source: Source): number | undefined => {
      const [shown, neutral] = [find(source, expression, 1), find(source, 'neutral', 0)];
      return shown && neutral && shown[length] - neutral[length];
    };
    const [made, wanted] = [change('model'), change('truth')];
    if (made === undefined || wanted === undefined || Math.abs(wanted) < leastChange) return undefined;
    return made / wanted;
  };
  return [
    gate('identity AUC at least 0.95', render?.auc, (value) => value >= 0.95),
    gate('happy below 0.15 at smile 0', find('model', 'neutral', 0)?.happy, (value) => value < 0.15),
    gate('happy above 0.7 at smile 1', find('model', 'smile', 1)?.happy, (value) => value > 0.7),
    gate('smile to own neutral below 0.45', find('model', 'smile', 1)?.toNeutral, (value) => value < 0.45),
    gate('blink closes the eyes, share of the truth', share('blink', 'eyeOpen'), (value) => value >= 0.5),
    gate('jawOpen opens the mouth, share of the truth', share('jawOpen', 'mouthOpen'), (value) => value >= 0.5),
  ];
}
