import { unzlibSync } from 'fflate';
import { inverse3, type Matrix3 } from '../../../runtime/core/matrix3.js';
import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { readMatrixProfile, type MatrixProfile } from './iccProfile.js';
import type { PhotoNotes } from './photoNotes.js';

/** Linear RGB to XYZ, adapted to D50: sRGB (IEC 61966-2-1) and Display P3 (SMPTE EG 432-1 with D65). */
const srgbToXyz: Matrix3 = [
  0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733,
];
const displayP3ToXyz: Matrix3 = [0.51512, 0.29198, 0.1571, 0.2412, 0.69225, 0.06657, -0.00105, 0.04189, 0.78407];
/** Of ITU-T H.273: SMPTE EG 432-1, which phones combine with sRGB's curve. */
const p3Primaries = 12;

const srgbCurve = Float64Array.from({ length: 256 }, (_, i) => {
  const x = i / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
});

/** Linear light 0..1 in this many steps; the steepest part of sRGB's curve moves a fifth of a level in one. */
const lightSteps = 16384;
let encodeTable: Uint8Array | null = null;

function encoded(): Uint8Array {
  encodeTable ??= Uint8Array.from({ length: lightSteps + 1 }, (_, i) => {
    const x = i / lightSteps;
    return Math.round(255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055));
  });
  return encodeTable;
}

const product = (a: Matrix3, b: Matrix3): Matrix3 =>
  [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, k) => sum + a[3 * i + k]! * b[3 * k + j]!, 0)),
  ) as unknown as Matrix3;

/** The profile of a photo's colours where they are not sRGB and can be converted, else null. */
function foreignProfile({ profile, isProfileDeflated, primaries }: PhotoNotes): MatrixProfile | null {
  if (!profile) {
    return primaries === p3Primaries ? { toXyz: displayP3ToXyz, curves: [srgbCurve, srgbCurve, srgbCurve] } : null;
  }
  const found = readMatrixProfile(isProfileDeflated ? inflated(profile) : profile);
  if (!found) return null;
  const isSrgb =
    found.toXyz.every((value, i) => Math.abs(value - srgbToXyz[i]!) < 0.003) &&
    found.curves.every((curve) => curve.every((value, i) => Math.abs(value - srgbCurve[i]!) < 0.003));
  return isSrgb ? null : found;
}

/** A damaged profile counts as none. */
function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return unzlibSync(bytes);
  } catch {
    return new Uint8Array(128);
  }
}

/**
 * Converts colours of a matrix profile, such as the Display P3 of phones, to sRGB: relative colorimetric, what lies outside
 * is clipped. Pictures without a profile, and of kinds that are not read, stay as they are.
 */
export function toSrgb(picture: Bitmap, notes: PhotoNotes): Bitmap {
  const profile = foreignProfile(notes);
  if (!profile) return picture;
  const m = product(inverse3(srgbToXyz)!, profile.toXyz);
  const [red, green, blue] = profile.curves;
  const table = encoded();
  const encode = (light: number): number => table[Math.round(Math.min(1, Math.max(0, light)) * lightSteps)]!;
  const data = picture.data.slice();
  for (let at = 0; at < data.length; at += 4) {
    const [r, g, b] = [red[data[at]!]!, green[data[at + 1]!]!, blue[data[at + 2]!]!];
    data[at] = encode(m[0] * r + m[1] * g + m[2] * b);
    data[at + 1] = encode(m[3] * r + m[4] * g + m[5] * b);
    data[at + 2] = encode(m[6] * r + m[7] * g + m[8] * b);
  }
  return { ...picture, data };
}
