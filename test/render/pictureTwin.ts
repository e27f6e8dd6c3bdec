/** A picture as shaders/render/picture.wgsl paints it, before it is rounded to 8 bits. */
export interface PictureNumbers {
  /** [S, S, 4], bottom row first */
  readonly color: Float32Array;
  /** [R, R, 2], bottom row first */
  readonly depth: Float32Array;
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/**
 * @param colors [3, S, S] in -1..1
 * @param surface [R, R, 2]: depth and alpha
 */
export function picture(
  colors: Float32Array,
  colorSide: number,
  surface: Float32Array,
  depthSide: number,
): PictureNumbers {
  const color = new Float32Array(colorSide ** 2 * 4);
  const depth = new Float32Array(depthSide ** 2 * 2);
  const alphaAt = (x: number, y: number): number =>
    surface[2 * (clamp(y, 0, depthSide - 1) * depthSide + clamp(x, 0, depthSide - 1)) + 1]!;
  for (let y = 0; y < colorSide; y++) {
    for (let x = 0; x < colorSide; x++) {
      const [u, v] = [x, y].map((value) => ((value + 0.5) * depthSide) / colorSide - 0.5) as [number, number];
      const [low, top] = [Math.floor(u), Math.floor(v)];
      const row = (at: number): number => mix(alphaAt(low, at), alphaAt(low + 1, at), u - low);
      const alpha = clamp(mix(row(top), row(top + 1), v - top), 0, 1);
      const to = 4 * ((colorSide - 1 - y) * colorSide + x);
      for (let c = 0; c < 3; c++) {
        color[to + c] = clamp(0.5 + 0.5 * colors[c * colorSide ** 2 + y * colorSide + x]!, 0, alpha);
      }
      color[to + 3] = alpha;
    }
  }
  for (let y = 0; y < depthSide; y++) {
    depth.set(surface.subarray(2 * y * depthSide, 2 * (y + 1) * depthSide), 2 * (depthSide - 1 - y) * depthSide);
  }
  return { color, depth };
}
