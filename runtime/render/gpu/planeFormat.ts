import type { ShaderConstants } from './shaderModule.js';

/**
 * How a planes' buffer stores its numbers: `float` in 32 bits, as the reference has them; `half` in 16, which halves the
 * memory and changes a picture at 90 dB (docs/decisions/0061-half-precision.md). Numbers above 65,504 are lost as halves.
 */
export type PlaneFormat = 'float' | 'half';

/** What tells kernels of it. */
export const planeConstants = (format: PlaneFormat): ShaderConstants => ({ HALF_PLANES: format === 'half' ? 1 : 0 });

/** Bytes of four channels of a texel. */
export const quadBytes = (format: PlaneFormat): number => (format === 'half' ? 8 : 16);
