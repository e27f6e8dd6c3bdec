/** A value of a wrong type in a few words, for errors. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (typeof value === 'string') return `"${value.slice(0, 40)}"`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name: unknown =
    typeof value === 'object' ? (Object.getPrototypeOf(value) as object | null)?.constructor.name : '';
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `a ${name}` : `a value of type ${typeof value}`;
}

/** The number that is given, also as text, as fields of pages hold it; undefined: it is none. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Is it a list: an array or a typed one? */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Is it an object with names, and no list? */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !isList(value);
