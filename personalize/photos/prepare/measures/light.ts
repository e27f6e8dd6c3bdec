import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { luminance } from './facePatch.js';

/** How a face is lit. */
export interface Light {
  /** Mean luminance, 0..255. */
  readonly mean: number;
  /** Share of pixels below 16. */
  readonly dark: number;
  /** Share of pixels above 240. */
  readonly bright: number;
  /** Mean of (largest - smallest) / largest of the three colours, 0..1; below .03 the photo is grey. */
  readonly saturation: number;
}

/** @param patch of the face; its corners are left out, where the background is */
export function faceLight(patch: Bitmap): Light {
  const { width, height, data } = patch;
  const y = luminance(patch);
  let [count, sum, dark, bright, saturation] = [0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    const [u, v] = [((i % width) + 0.5) / width - 0.5, (Math.floor(i / width) + 0.5) / height - 0.5];
    if (u * u + v * v > 0.2) continue;
    const [r, g, b] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    const most = Math.max(r, g, b);
    count++;
    sum += y[i]!;
    if (y[i]! < 16) dark++;
    if (y[i]! > 240) bright++;
    saturation += most === 0 ? 0 : (most - Math.min(r, g, b)) / most;
  }
  return { mean: sum / count, dark: dark / count, bright: bright / count, saturation: saturation / count };
}
