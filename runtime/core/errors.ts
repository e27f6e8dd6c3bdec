/**
 * Every error this package throws on purpose. Messages read: where: what was expected, what came. Remedy.
 */
export class HeadError extends Error {
  /** Stable identifier for programs, e.g. `asset/truncated`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** A tensor, image or parameter has the wrong size or range. */
export class ShapeError extends HeadError {}

/** The GPU, or ONNX Runtime on it, is missing, too small or lost. */
export class DeviceError extends HeadError {}

/** A file is damaged, foreign, or of an unknown version. */
export class AssetError extends HeadError {}

/** A number that must be finite is not. */
export class NumericError extends HeadError {}

/**
 * Puts a file's name or address before what a reader says of it, which knows only bytes.
 * @throws what `read` throws; a HeadError of the same class and code, with the name before its message
 */
export async function ofFile<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof HeadError) || error.message.startsWith(name)) throw error;
    const Same = error.constructor as typeof HeadError;
    throw new Same(error.code, `${name}: ${error.message}`, { cause: error });
  }
}
