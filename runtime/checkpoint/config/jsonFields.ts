import { AssetError } from '../../core/errors.js';

export interface NumberRange {
  readonly integer?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** The value must be greater than this. */
  readonly above?: number;
}

/** Reads a parsed JSON object field by field; every message names the path, e.g. `config.rendering.rayStart`. */
export class JsonFields {
  private readonly object: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    readonly path: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw fieldError(path, 'an object', value);
    }
    this.object = value as Readonly<Record<string, unknown>>;
  }

  /** The raw value; undefined if there is none. */
  get(key: string): unknown {
    return Object.hasOwn(this.object, key) ? this.object[key] : undefined;
  }

  child(key: string): JsonFields {
    return new JsonFields(this.get(key), this.at(key));
  }

  number(key: string, range: NumberRange = {}): number {
    return checkNumber(this.get(key), this.at(key), range);
  }

  numberOrNull(key: string, range: NumberRange = {}): number | null {
    return this.get(key) === null ? null : checkNumber(this.get(key), this.at(key), range, 'null');
  }

  boolean(key: string): boolean {
    const value = this.get(key);
    if (typeof value !== 'boolean') throw fieldError(this.at(key), 'true or false', value);
    return value;
  }

  string(key: string): string {
    const value = this.get(key);
    if (typeof value !== 'string') throw fieldError(this.at(key), 'a text', value);
    return value;
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T {
    const value = this.get(key);
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      throw fieldError(this.at(key), choices.map((choice) => JSON.stringify(choice)).join(' or '), value);
    }
    return found;
  }

  /** An array of exactly `length` values, or of at least one. */
  array<T>(key: string, length: number | null, item: (value: unknown, path: string) => T): T[] {
    return checkArray(this.get(key), this.at(key), length, item);
  }

  at(key: string): string {
    return `${this.path}.${key}`;
  }
}

export function checkArray<T>(
  value: unknown,
  path: string,
  length: number | null,
  item: (value: unknown, path: string) => T,
): T[] {
  if (!Array.isArray(value) || (length === null ? value.length === 0 : value.length !== length)) {
    throw fieldError(path, length === null ? 'a list' : `a list of ${length}`, value);
  }
  return value.map((entry, i) => item(entry, `${path}[${i}]`));
}

export function checkNumber(value: unknown, path: string, range: NumberRange = {}, alternative = ''): number {
  const { integer = false, min = -Infinity, max = Infinity, above = -Infinity } = range;
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!integer || Number.isInteger(value)) &&
    value >= min &&
    value <= max &&
    value > above;
  if (fits) return value;
  const limits = [
    min > -Infinity && `at least ${min}`,
    max < Infinity && `at most ${max}`,
    above > -Infinity && `greater than ${above}`,
  ].filter(Boolean);
  const kind = `a ${integer ? 'whole ' : ''}number${limits.length > 0 ? ` ${limits.join(' and ')}` : ''}`;
  throw fieldError(path, alternative ? `${kind} or ${alternative}` : kind, value);
}

export function fieldError(path: string, expected: string, got: unknown): AssetError {
  return new AssetError('asset/config', `${path}: expected ${expected}, got ${brief(got)}.`);
}

/** Never looks deep: a value may come from a pickle, whose lists can hold themselves. */
function brief(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (!Array.isArray(value)) return 'an object';
  const flat = value.length <= 8 && value.every((item) => typeof item === 'number' || typeof item === 'string');
  return flat ? JSON.stringify(value) : `a list of ${value.length}`;
}
