/** What every long-running reader and writer here accepts. */
export interface ProgressOptions {
  /** Called with the finished fraction, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** When it aborts, the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadBaseOptions extends ProgressOptions {
  /**
   * A GeneratorConfig, or JSON that `parseConfig` accepts. Needed for a bare safetensors file; replaces what any
   * other file says of itself.
   */
  readonly config?: unknown;
  /** Recompute the hash of a base file and compare it with the one it states. */
  readonly verify?: boolean | undefined;
}
