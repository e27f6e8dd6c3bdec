/**
 * A 32-bit counter-based generator: the same numbers in TypeScript and WGSL, in any order, on any thread.
 * Its WGSL twin is shaders/include/hash.wgsl.
 */

// Taken out of the loops: looking up a global costs more than the arithmetic where scripts run in a vm context.
const { imul } = Math;

/** FNV-1a over UTF-8: the key of a named stream. */
export function hashKey(name: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

function mix(x: number): number {
  x ^= x >>> 16;
  x = imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Number `index` of stream `key`, uniform in (0, 1). */
export function hashUniform(key: number, index: number): number {
  return (mix((mix(index >>> 0) + key) >>> 0) + 0.5) * 2 ** -32;
}
