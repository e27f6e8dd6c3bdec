import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';

/** A square in front of the head and one behind it, of 17 by 17 vertices each. */
export function sheets({ hash, config }: Base): HeadProxy {
  const half = 0.3 * config.rendering.boxWarp;
  const count = 17;
  const positions: number[] = [];
  const indices: number[] = [];
  for (const z of [0.1, -0.1]) {
    const first = positions.length / 3;
    for (let y = 0; y < count; y++) {
      for (let x = 0; x < count; x++) {
        positions.push(((2 * x) / (count - 1) - 1) * half, ((2 * y) / (count - 1) - 1) * half, z);
      }
    }
    for (let y = 0; y + 1 < count; y++) {
      for (let x = 0; x + 1 < count; x++) {
        const at = first + y * count + x;
        indices.push(at, at + 1, at + count, at + 1, at + count + 1, at + count);
      }
    }
  }
  const vertices = positions.length / 3;
  // The front goes two texels of 32 up, the back as far down.
  const texel = config.rendering.boxWarp / 32;
  const up = Float32Array.from({ length: positions.length }, (_, i) =>
    i % 3 === 1 ? (i < positions.length / 2 ? 2 : -2) * texel : 0,
  );
  return {
    baseHash: hash,
    positions: Float32Array.from(positions),
    normals: new Float32Array(3 * vertices),
    uvs: new Float32Array(2 * vertices),
    indices: Uint32Array.from(indices),
    texture: new Uint8Array(),
    morphs: new Map([['raise', up]]),
  };
}
