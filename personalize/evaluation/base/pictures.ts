import { cameraFromLabel, type Camera } from '../../../runtime/camera/camera.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { parseDatasetJson } from '../../photos/datasetJson.js';

export const sources = ['truth', 'model'] as const;
export type Source = (typeof sources)[number];

/** One picture of a held-out head, by the portrait renderer (truth) or by the base (model). */
export interface BasePicture {
  readonly file: string;
  /** Number of the identity. */
  readonly head: number;
  readonly source: Source;
  /** Name of its camera. */
  readonly view: string;
  /** `neutral`, or a direction or group of them. */
  readonly expression: string;
  /** Amount of the expression, 0..1. */
  readonly amount: number;
}

/** What base-model/evaluate.py --dump wrote. */
export interface BasePictures {
  readonly about: string;
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly pictures: readonly BasePicture[];
}

const format = 'personalized-head/base-pictures';

function bad(where: string, expected: string, got: unknown): AssetError {
  const text = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 60);
  return new AssetError(
    'evaluation/pictures',
    `${where}: expected ${expected}, got ${text}. Write the folder with base-model/evaluate.py --dump.`,
  );
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, 'an object', value);
  return value as Record<string, unknown>;
}

/**
 * Reads pictures.json.
 * @throws AssetError where it is damaged or of another kind; ShapeError, NumericError for a camera that is none
 */
export function parseBasePictures(text: string, where = 'pictures.json'): BasePictures {
  const json = record(parseDatasetJson(text, where), where);
  if (json.format !== format) throw bad(`${where}: format`, format, json.format);
  if (json.version !== 1) throw bad(`${where}: version`, '1', json.version);
  const cameras = new Map<string, Camera>();
  for (const [view, label] of Object.entries(record(json.cameras, `${where}: cameras`))) {
    if (!Array.isArray(label)) throw bad(`${where}: camera ${view}`, '25 numbers', label);
    cameras.set(view, cameraFromLabel(label.map(Number), `${where}: camera ${view}`));
  }
  if (!Array.isArray(json.pictures)) throw bad(`${where}: pictures`, 'a list', json.pictures);
  const pictures = json.pictures.map((entry: unknown, i): BasePicture => {
    const at = `${where}: picture ${i}`;
    const { file, head, source, view, expression, amount } = record(entry, at);
    if (typeof file !== 'string') throw bad(`${at}: file`, 'a name', file);
    if (typeof head !== 'number') throw bad(`${at}: head`, 'a number', head);
    if (source !== 'truth' && source !== 'model') throw bad(`${at}: source`, sources.join(' or '), source);
    if (typeof view !== 'string' || !cameras.has(view)) throw bad(`${at}: view`, 'one of the cameras', view);
    if (typeof expression !== 'string') throw bad(`${at}: expression`, 'a name', expression);
    if (typeof amount !== 'number') throw bad(`${at}: amount`, 'a number', amount);
    return { file, head, source, view, expression, amount };
  });
  return { about: typeof json.about === 'string' ? json.about : '', cameras, pictures };
}
