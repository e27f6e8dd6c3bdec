import { AssetError, DeviceError, HeadError, NumericError, ShapeError } from './errors.js';

/** Most derived first. The names are sent, not the classes' own: a minimizer changes those. */
const classes = { AssetError, DeviceError, NumericError, ShapeError, HeadError } as const;

/** An error that crosses from a worker: structured clones lose an error's class and code. */
export interface SentError {
  /** Of `classes`; null: another error, of this `name`. */
  readonly type: keyof typeof classes | null;
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly stack: string;
}

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { type: null, name: 'Error', code: '', message: String(error), stack: '' };
  const type = (Object.keys(classes) as (keyof typeof classes)[]).find((key) => error instanceof classes[key]) ?? null;
  const { name, message, stack = '' } = error;
  return { type, name, code: error instanceof HeadError ? error.code : '', message, stack };
}

/** The error as it was thrown; its stack is the worker's. */
export function receiveError({ type, name, code, message, stack }: SentError): Error {
  const error = type === null ? new Error(message) : new classes[type](code, message);
  if (type === null) error.name = name;
  if (stack !== '') error.stack = stack;
  return error;
}
