import type { PersonalizedHeadMesh } from '../node/members.js';

/** Where a value is stored, for the Inspector's "copy" and for whoever listens to what it changes. */
export interface RowPath {
  /** From the mesh: `expression.jawOpen`. */
  readonly path: string;
  readonly owner: (head: PersonalizedHeadMesh) => object;
  readonly key: string;
}

interface Editable<Value> {
  /** Unique among all rows of a head: pinned and hidden lines are known by it. */
  readonly label: string;
  /** What it is, shown where the pointer rests on the label. */
  readonly description?: string;
  /** Absent: no member of the mesh. */
  readonly stored?: RowPath;
  readonly get: (head: PersonalizedHeadMesh) => Value;
  readonly set: (head: PersonalizedHeadMesh, value: Value) => void;
}

/** A slider with a field beside it. */
export interface NumberRow extends Editable<number> {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The field takes numbers beyond the slider's ends. */
  readonly open?: boolean;
}

export interface SwitchRow extends Editable<boolean> {
  readonly kind: 'switch';
}

/** What can only be read. */
export interface TextRow {
  readonly kind: 'text';
  readonly label: string;
  readonly description?: string;
  readonly get: (head: PersonalizedHeadMesh) => string;
}

export interface ButtonRow {
  readonly kind: 'button';
  readonly label: string;
  readonly press: (head: PersonalizedHeadMesh) => void;
}

/** Says what the rows below have in common. */
export interface HeadingRow {
  readonly kind: 'heading';
  readonly label: string;
}

/** A line of the properties pane: what it shows of a head, and what of it it writes. */
export type HeadRow = NumberRow | SwitchRow | TextRow | ButtonRow | HeadingRow;

export interface HeadSection {
  /** The section's title and identity. */
  readonly name: string;
  /** Asked again when the head's files have come: a head knows its attributes only then. */
  readonly rows: (head: PersonalizedHeadMesh) => readonly HeadRow[];
}

type Range = Pick<NumberRow, 'min' | 'max' | 'step' | 'open' | 'description'>;

/** A number that is a member of the mesh, or of one of its members: `latentMix`, `pose.yaw`. */
export function memberRow(path: string, range: Range, label = path): NumberRow {
  const parts = path.split('.');
  const key = parts.pop()!;
  const owner = (head: PersonalizedHeadMesh): Record<string, number> =>
    parts.reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], head) as Record<string, number>;
  return {
    kind: 'number',
    label,
    stored: { path, owner, key },
    get: (head) => owner(head)[key]!,
    set: (head, value) => (owner(head)[key] = value),
    ...range,
  };
}
