import type { FaceTexture } from './faceTexture.js';
import { middleValue, type TextureRegions } from './textureRegions.js';

/** Luminance of the skin about the eyes over that of cheeks and nose. Dark glasses hide both. */
export interface EyeShade {
  /** Between lid and brow; deep-set eyes have .1 to .4. */
  readonly over: number;
  /** Below the lower lid; of skin .5 to 1.5, behind dark glasses below .3. */
  readonly under: number;
}

/** @returns null where too little of eyes or skin is seen */
export function eyeShade(texture: FaceTexture, { overEyes, underEyes, skin }: TextureRegions): EyeShade | null {
  const [over, under, cheeks] = [overEyes, underEyes, skin].map((texels) => middleValue(texture, texels));
  if (over === null || under === null || cheeks === null) return null;
  return { over: Math.exp(over! - cheeks!), under: Math.exp(under! - cheeks!) };
}
