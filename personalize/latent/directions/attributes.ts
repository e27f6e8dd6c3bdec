import { AssetError } from '../../../runtime/core/errors.js';
import type { FaceReading } from '../../evaluation/judge.js';

/** Readings of one picture by the judge's name. */
export type Readings = ReadonlyMap<string, FaceReading>;

/** Something of a face that a number tells. */
export interface Attribute {
  readonly name: string;
  readonly kind: 'expression' | 'attribute';
  /** What the number is. */
  readonly unit: string;
  /** Of one judge's reading; undefined where that judge cannot tell. */
  readonly of: (reading: FaceReading) => number | undefined;
  /** Judges in the order in which they are asked. */
  readonly judges: readonly string[];
}

const any = ['dlib', 'faceres'];
const eyes = ({ eyeOpenLeft, eyeOpenRight }: FaceReading): number => (eyeOpenLeft + eyeOpenRight) / 2;

/**
 * What directions are found for. Probabilities are taken as log odds, in which the extremes of a network that is sure of
 * itself still differ.
 */
export const attributes: ReadonlyMap<string, Attribute> = new Map(
  (
    [
      { name: 'smile', kind: 'expression', unit: 'log odds', of: ({ happy }) => logOdds(happy), judges: any },
      { name: 'mouthOpen', kind: 'expression', unit: 'eye distances', of: (r) => r.mouthOpen, judges: any },
      { name: 'mouthWidth', kind: 'expression', unit: 'eye distances', of: (r) => r.mouthWidth, judges: any },
      { name: 'eyeOpen', kind: 'expression', unit: 'eye distances', of: eyes, judges: any },
      { name: 'age', kind: 'attribute', unit: 'years', of: (r) => r.age, judges: ['faceres'] },
      { name: 'gender', kind: 'attribute', unit: 'log odds of a man', of: maleOdds, judges: ['faceres'] },
      { name: 'yaw', kind: 'attribute', unit: 'eye distances', of: (r) => r.turn, judges: any },
    ] satisfies Attribute[]
  ).map((attribute) => [attribute.name, attribute]),
);

function maleOdds({ male }: FaceReading): number | undefined {
  return male === undefined ? undefined : logOdds(male);
}

function logOdds(probability: number): number {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  return Math.log(p / (1 - p));
}

/** @throws AssetError for a name that is none */
export function attributesNamed(names: readonly string[]): Attribute[] {
  return names.map((name) => {
    const attribute = attributes.get(name);
    if (!attribute) {
      const known = [...attributes.keys()].join(', ');
      throw new AssetError('directions/attribute', `directions: expected names among ${known}, got "${name}".`);
    }
    return attribute;
  });
}

/** Of the judges there are, those that are asked first for something wanted; the others need not look. */
export function judgesFor<J extends { readonly name: string }>(
  judges: readonly J[],
  wanted: readonly Attribute[],
): J[] {
  const asked = wanted.map((attribute) => attribute.judges.find((name) => judges.some((judge) => judge.name === name)));
  return judges.filter(({ name }) => asked.includes(name));
}

/** Numbers of a face by attribute; without those that none of the judges can tell. */
export function scoresOf(
  readings: Readings,
  wanted: Iterable<Attribute> = attributes.values(),
): Record<string, number> {
  const scores: Record<string, number> = {};
  for (const { name, judges, of } of wanted) {
    for (const judge of judges) {
      const reading = readings.get(judge);
      const score = reading && of(reading);
      if (score === undefined || !Number.isFinite(score)) continue;
      scores[name] = score;
      break;
    }
  }
  return scores;
}
