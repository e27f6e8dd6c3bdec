import { textureSide, type FaceTexture } from './faceTexture.js';
import { middleValue, type TextureRegions } from './textureRegions.js';

/** The skin about the eyes beside that of cheeks and nose. Glasses that hide the eyes hide it too. */
export interface EyeShade {
  /** Luminance between lid and brow over that of the cheeks; deep-set eyes have .1 to .4, no eyes above 1.1. */
  readonly over: number;
  /** The same below the lower lid; of skin .5 to 1.5, behind dark glasses below .3. */
  readonly under: number;
  /**
   * How far the colour is from the cheeks', of the eyes as a whole and of the skin below them, whichever is nearer: length
   * of the difference in log(red / green) and log(blue / green). Of skin below .2; coloured mirrors have .4 to 1.
   */
  readonly tint: number;
}

/** @returns null where too little of eyes or skin is seen */
export function eyeShade(texture: FaceTexture, regions: TextureRegions): EyeShade | null {
  const { overEyes, underEyes, lenses, skin } = regions;
  const level = (texels: readonly number[]): number | null => middleValue(texture.values, texture, texels);
  const [over, under, cheeks] = [level(overEyes), level(underEyes), level(skin)];
  if (over === null || under === null || cheeks === null) return null;
  const ratios = [0, 1].map((channel) => texture.colors.subarray(channel * textureSide ** 2));
  const tintOf = (texels: readonly number[]): number =>
    Math.hypot(...ratios.map((values) => middleValue(values, texture, texels)! - middleValue(values, texture, skin)!));
  return {
    over: Math.exp(over - cheeks),
    under: Math.exp(under - cheeks),
    tint: Math.min(tintOf(lenses), tintOf(underEyes)),
  };
}
