import { checkNumber, JsonFields } from '../../../runtime/checkpoint/config/jsonFields.js';
import { AssetError } from '../../../runtime/core/errors.js';

/** Numbers of one sample by attribute. */
export interface LabelledSample {
  readonly seed: number;
  readonly scores: Readonly<Record<string, number>>;
}

/** What labels belong to: with another base, psi or picture a seed is another face. */
export interface LabelsKey {
  readonly base: string;
  readonly psi: number;
  /** Side of the judged pictures, pixels. */
  readonly side: number;
  /** Whether samples show random expressions, see `withExpressions`. */
  readonly expressions: boolean;
}

const format = 'personalized-head/labels';

/** First line of a labels file; a line a sample follows, so that a run that was stopped leaves whole lines. */
export const labelsHeader = (key: LabelsKey): string => `${JSON.stringify({ format, version: 1, ...key })}\n`;

export const labelLine = ({ seed, scores }: LabelledSample): string => `${JSON.stringify({ seed, scores })}\n`;

/**
 * Reads a labels file. Its last line may be cut off, as by a run that was killed: it is left out.
 * @param where its name, for errors
 * @throws AssetError for what is no labels file, or one of another base, psi or side
 */
export function parseLabelLines(text: string, key: LabelsKey, where = 'labels'): LabelledSample[] {
  const [first, ...lines] = text.split('\n');
  const header = fields(first ?? '', `${where}: line 1`);
  if (header?.get('format') !== format || header.get('version') !== 1) {
    throw new AssetError(
      'labels/format',
      `${where}: expected a first line with format "${format}", version 1. Choose a labels file, or another name.`,
    );
  }
  for (const name of ['base', 'psi', 'side', 'expressions'] as const) {
    if ((header.get(name) ?? false) !== key[name]) {
      throw new AssetError(
        'labels/key',
        `${where}: expected labels of ${name} ${key[name]}, got ${String(header.get(name))}. Label anew, in another file.`,
      );
    }
  }
  const samples = new Map<number, LabelledSample>();
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const at = `${where}: line ${i + 2}`;
    const entry = fields(line, at);
    if (!entry) {
      if (i === lines.length - 1) return;
      throw new AssetError('labels/line', `${at}: this is no JSON. Remove the line.`);
    }
    const seed = entry.number('seed');
    const scores = Object.entries(entry.get('scores') ?? {}).map(
      ([name, value]) => [name, checkNumber(value, `${at}: ${name}`)] as const,
    );
    samples.set(seed, { seed, scores: Object.fromEntries(scores) });
  });
  return [...samples.values()];
}

function fields(line: string, at: string): JsonFields | null {
  try {
    return new JsonFields(JSON.parse(line), at);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
