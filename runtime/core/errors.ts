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
