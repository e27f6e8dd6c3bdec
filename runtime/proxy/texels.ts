import type { Unwrapped } from './unwrap.js';

/** Where on the surface each texel lies. */
export interface TexelMap {
  /** Texels that a triangle covers: row * size + column. [N] */
  readonly texels: Uint32Array;
  /** [N, 3] */
  readonly positions: Float32Array;
  /** [N, 3], not of unit length */
  readonly normals: Float32Array;
}

/**
 * Draws the triangles into the texture. Where two lie on one texel (behind an ear), the outer one counts.
 * @param normals [V, 3]
 * @param size side of the texture
 */
export function texelMap({ mesh, uvs }: Unwrapped, normals: Float32Array, size: number): TexelMap {
  const { positions, indices } = mesh;
  const outness = new Float32Array(size * size).fill(-1);
  const places = new Float32Array(size * size * 6);
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]!, indices[t + 1]!, indices[t + 2]!];
    const [ax, ay, bx, by, cx, cy] = [a, b, c].flatMap((v) => [uvs[v * 2]! * size, uvs[v * 2 + 1]! * size]) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (Math.abs(area) < 1e-9) continue;
    const [left, right] = [Math.floor(Math.min(ax, bx, cx)), Math.ceil(Math.max(ax, bx, cx))];
    const [top, foot] = [
      Math.max(0, Math.floor(Math.min(ay, by, cy))),
      Math.min(size, Math.ceil(Math.max(ay, by, cy))),
    ];
    for (let row = top; row < foot; row++) {
      for (let column = left; column < right; column++) {
        const [x, y] = [column + 0.5, row + 0.5];
        const wb = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area;
        const wc = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area;
        const wa = 1 - wb - wc;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const mix = (values: Float32Array, axis: number): number =>
          wa * values[a * 3 + axis]! + wb * values[b * 3 + axis]! + wc * values[c * 3 + axis]!;
        const texel = row * size + (column % size);
        const out = Math.hypot(mix(positions, 0), mix(positions, 1), mix(positions, 2));
        if (out <= outness[texel]!) continue;
        outness[texel] = out;
        for (let axis = 0; axis < 3; axis++) {
          places[texel * 6 + axis] = mix(positions, axis);
          places[texel * 6 + 3 + axis] = mix(normals, axis);
        }
      }
    }
  }
  const texels = Uint32Array.from(outness.keys()).filter((texel) => outness[texel]! >= 0);
  const pick = (first: number): Float32Array => {
    const out = new Float32Array(texels.length * 3);
    texels.forEach((texel, i) => out.set(places.subarray(texel * 6 + first, texel * 6 + first + 3), i * 3));
    return out;
  };
  return { texels, positions: pick(0), normals: pick(3) };
}
