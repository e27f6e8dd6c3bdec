import { upperMedian } from '../../../../runtime/core/median.js';
import type { FaceTexture, TextureMap } from './faceTexture.js';
import { textureSide } from './faceTexture.js';

/** Landmarks: outer and inner corner of the right and of the left eye, corners of the mouth, and single points. */
const eyes = [
  [33, 133],
  [362, 263],
] as const;
const mouth = [61, 291] as const;
const noseBottom = 2;
const upperLip = 0;
const browTop = 105;

/** Texels of the parts of a face that are judged. */
export interface TextureRegions {
  /** Eyes with what glasses hide about them. */
  readonly lenses: readonly number[];
  /** Of them, the skin between lid and brow. */
  readonly overEyes: readonly number[];
  /** And that below the lower lid. */
  readonly underEyes: readonly number[];
  /** Cheeks, nose, lower forehead: skin that is seen on most photos. */
  readonly skin: readonly number[];
  /** Around and below the mouth, without the lips: those move. */
  readonly lower: readonly number[];
}

/** Widths of the eye, of the mouth. */
const lens = { width: 0.75, up: 0.45, down: 0.6 };
const lids = { width: 0.5, over: [0.2, 0.5], under: [0.28, 0.6] } as const;
const lips = { width: 0.6, height: 0.36 };

export function textureRegions({ triangles, places }: TextureMap): TextureRegions {
  const at = (i: number): readonly [number, number] => [places[2 * i]!, places[2 * i + 1]!];
  const middles = [...eyes, mouth].map(([a, b]) => {
    const [[ax, ay], [bx, by]] = [at(a), at(b)];
    return { x: (ax + bx) / 2, y: (ay + by) / 2, width: Math.hypot(bx - ax, by - ay) };
  });
  const [rightEye, leftEye, lip] = middles as [Middle, Middle, Middle];
  const regions = {
    lenses: [] as number[],
    overEyes: [] as number[],
    underEyes: [] as number[],
    skin: [] as number[],
    lower: [] as number[],
  };
  const [nose, mouthTop, brow] = [at(noseBottom)[1], at(upperLip)[1], at(browTop)[1]];
  for (let texel = 0; texel < triangles.length; texel++) {
    if (triangles[texel]! < 0) continue;
    const [x, y] = [(texel % textureSide) + 0.5, Math.floor(texel / textureSide) + 0.5];
    const eye = Math.abs(x - rightEye.x) < Math.abs(x - leftEye.x) ? rightEye : leftEye;
    const [u, v] = [Math.abs(x - eye.x) / eye.width, (y - eye.y) / eye.width];
    const reach = Math.hypot(u / lens.width, v / (v < 0 ? lens.up : lens.down));
    if (reach < 1) regions.lenses.push(texel);
    else if (reach > 1.3 && y < nose && (y > eye.y || y < brow)) regions.skin.push(texel);
    if (u < lids.width && -v > lids.over[0] && -v < lids.over[1]) regions.overEyes.push(texel);
    if (u < lids.width && v > lids.under[0] && v < lids.under[1]) regions.underEyes.push(texel);
    const fromLips = Math.hypot((x - lip.x) / (lips.width * lip.width), (y - lip.y) / (lips.height * lip.width));
    if (y > mouthTop && fromLips > 1) regions.lower.push(texel);
  }
  return regions;
}

interface Middle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The middle value of the texels that are seen; null where they are fewer than `least`. @param values [side, side] */
export function middleValue(
  values: Float32Array,
  { seen }: Pick<FaceTexture, 'seen'>,
  texels: readonly number[],
  least = 8,
): number | null {
  const found = texels.filter((texel) => seen[texel] === 1).map((texel) => values[texel]!);
  return found.length < least ? null : upperMedian(found);
}
