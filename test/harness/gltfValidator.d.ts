/** Khronos' validator of glTF files, which publishes no declarations: what is used of it. */
declare module 'gltf-validator' {
  export function validateBytes(bytes: Uint8Array): Promise<{
    readonly issues: {
      readonly numErrors: number;
      readonly numWarnings: number;
      /** Severity 0: error, 1: warning, 2: information, 3: hint. */
      readonly messages: readonly { readonly code: string; readonly message: string; readonly severity: number }[];
    };
    readonly info: Readonly<Record<string, unknown>>;
  }>;
}
