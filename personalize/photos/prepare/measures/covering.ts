import { upperMedian } from '../../../../runtime/core/median.js';
import { textureSide, type FaceTexture } from './faceTexture.js';

/**
 * Colours are left out: beards, make-up, a scream and coloured light change those of a face as much as a thing before it does.
 */
type BrightTexture = Pick<FaceTexture, 'values' | 'seen'>;

/** Photos that are needed to know what a person's face usually looks like. */
const fewest = 6;
/** A texel that is this many times brighter or darker than usual, light taken out, is not the face. */
const strange = 1.55;

/**
 * What a person's face usually looks like: the middle value of every texel.
 * @returns null with too few faces
 */
export function usualTexture(textures: readonly BrightTexture[]): BrightTexture | null {
  if (textures.length < fewest) return null;
  const levels = textures.map(meanSeen);
  const values = new Float32Array(textureSide ** 2);
  const seen = new Uint8Array(textureSide ** 2);
  for (let texel = 0; texel < values.length; texel++) {
    const all = textures.flatMap((t, i) => (t.seen[texel] === 1 ? [t.values[texel]! - levels[i]!] : []));
    if (all.length < fewest / 2) continue;
    values[texel] = upperMedian(all);
    seen[texel] = 1;
  }
  return { values, seen };
}

function meanSeen({ values, seen }: BrightTexture): number {
  let [sum, count] = [0, 0];
  seen.forEach((is, texel) => {
    if (is === 0) return;
    sum += values[texel]!;
    count++;
  });
  return sum / Math.max(1, count);
}

/**
 * Share of a face's texels that do not look as the person's usually do, once light (a plane of brightness over the face) is
 * taken out.
 * @param texels of the part that is asked about
 * @returns null where too little of it is seen
 */
export function strangeShare(face: BrightTexture, usual: BrightTexture, texels: readonly number[]): number | null {
  const common = indices(face, usual);
  if (common.length < 100) return null;
  const difference = (texel: number): number => face.values[texel]! - usual.values[texel]!;
  const light = robustPlane(common, difference);
  const inPart = texels.filter((texel) => face.seen[texel] === 1 && usual.seen[texel] === 1);
  if (inPart.length < 30) return null;
  const odd = inPart.filter((texel) => Math.abs(difference(texel) - light(texel)) > Math.log(strange));
  return odd.length / inPart.length;
}

const indices = (a: BrightTexture, b: BrightTexture): number[] =>
  Array.from(a.seen.keys()).filter((texel) => a.seen[texel] === 1 && b.seen[texel] === 1);

const place = (texel: number): readonly [number, number, number] => [
  1,
  ((texel % textureSide) + 0.5) / textureSide - 0.5,
  (Math.floor(texel / textureSide) + 0.5) / textureSide - 0.5,
];

/** A plane through values by iterated least squares, in which far values count little. */
function robustPlane(texels: readonly number[], value: (texel: number) => number): (texel: number) => number {
  // From a level plane: a first fit of all values would take a thing before the chin for a slope of the light.
  let plane: readonly number[] = [upperMedian(texels.map(value)), 0, 0];
  const at = (texel: number): number => place(texel).reduce((sum, x, i) => sum + x * plane[i]!, 0);
  for (let pass = 0; pass < 10; pass++) {
    const m = Array.from({ length: 3 }, () => [0, 0, 0, 0]);
    for (const texel of texels) {
      const row = place(texel);
      const v = value(texel);
      const weight = 1 / (1 + ((v - at(texel)) / 0.2) ** 2);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) m[i]![j]! += weight * row[i]! * row[j]!;
        m[i]![3]! += weight * row[i]! * v;
      }
    }
    plane = solve3(m);
  }
  return at;
}

/** Gauss-Jordan of three equations that are well posed. */
function solve3(m: number[][]): readonly number[] {
  for (let i = 0; i < 3; i++) {
    const pivot = m[i]![i]! + 1e-9;
    for (let j = 0; j < 3; j++) {
      if (j === i) continue;
      const factor = m[j]![i]! / pivot;
      for (let k = i; k < 4; k++) m[j]![k]! -= factor * m[i]![k]!;
    }
  }
  return m.map((row, i) => row[3]! / (row[i]! + 1e-9));
}
