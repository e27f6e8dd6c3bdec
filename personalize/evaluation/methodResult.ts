import type { Bitmap } from '../../runtime/core/bitmap.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import type { ExpressionsKept } from './expressions/expressionsKept.js';
import type { MethodCost, PhotoRecord } from './table/records.js';

/** `happy` of the fitted frontal views of the neutral and of the smiling series. */
export interface SmileRecord {
  readonly method: string;
  readonly judge: string;
  readonly neutral: number;
  readonly smile: number;
}

/** What one method came to on one person; texts and numbers go to JSON as they are. */
export interface MethodResult {
  readonly method: string;
  readonly records: readonly PhotoRecord[];
  readonly smiles: readonly SmileRecord[];
  /** How much of the base's expressions it kept; absent where that was not measured. */
  readonly expressions?: ExpressionsKept;
  readonly cost: MethodCost;
  /** Of the comparison sheet, from the first row to the last. */
  readonly renders: readonly Bitmap[];
}

/** Latents of the photos, which all methods start from: v of each. */
export interface SharedAnchors {
  readonly inverted: readonly Float32Array[];
  /** That finding them took. */
  readonly seconds: number;
}

/**
 * Where an evaluation keeps what is done, so that it can be stopped and goes on. A store belongs to one person, base and
 * settings: `evaluatePerson` trusts what it gives.
 */
export interface EvaluationStore {
  anchors(): Promise<SharedAnchors | null>;
  saveAnchors(anchors: SharedAnchors): Promise<void>;
  result(method: string): Promise<MethodResult | null>;
  /** The last thing of a method: its state is of no use afterwards. */
  saveResult(result: MethodResult, person: PersonFile): Promise<void>;
  /** Bytes that `personalize` resumes from. */
  state(method: string): Promise<Uint8Array | null>;
  saveState(method: string, state: Uint8Array): Promise<void>;
}

/** Forgets everything at the end. */
export const forgetfulStore: EvaluationStore = {
  anchors: () => Promise.resolve(null),
  saveAnchors: () => Promise.resolve(),
  result: () => Promise.resolve(null),
  saveResult: () => Promise.resolve(),
  state: () => Promise.resolve(null),
  saveState: () => Promise.resolve(),
};
