import { NumericError } from '../../../runtime/core/errors.js';

export const expressionGroups = ['neutral', 'smile', 'other'] as const;
export type ExpressionGroup = (typeof expressionGroups)[number];

/** Distances of a picture's face by one judge. */
export interface IdentityDistances {
  /** To the person's own frontal neutral photo; null where the picture shows that very photo. */
  readonly toFrontal: number | null;
  /** To the photo it was rendered after. */
  readonly toPhoto: number;
}

/** One method's render of one held-out photo. */
export interface PhotoRecord {
  readonly method: string;
  readonly photo: string;
  /** Degrees, positive towards the person's own left. */
  readonly yaw: number;
  readonly expression: ExpressionGroup;
  /** dB */
  readonly psnr: number;
  /** structuralDistance: 0 best, 1 worst */
  readonly structure: number;
  /** LPIPS to the photo, where the user brought its network: 0 best */
  readonly lpips?: number;
  readonly identity: Readonly<Record<string, IdentityDistances>>;
}

/** By which network LPIPS was measured, and whether it was in a loss of the methods that it measures. */
export interface LpipsNote {
  readonly variant: string;
  readonly trained: boolean;
}

/** A held-out photo itself: how near the truth comes to the person's frontal neutral photo is the ceiling. */
export interface TruthRecord {
  readonly photo: string;
  readonly yaw: number;
  readonly expression: ExpressionGroup;
  /** By judge; leave out the frontal neutral photo itself, whose distance of 0 would flatter the ceiling. */
  readonly toFrontal: Readonly<Record<string, number>>;
}

/** What a method's result takes for one person. */
export interface MethodCost {
  readonly method: string;
  /** How many numbers belong to the person alone. */
  readonly numbers: number;
  /** Of the person's file. */
  readonly bytes: number;
  /** To make the person from the photos. */
  readonly seconds: number;
}

/** Absolute yaw in degrees, from `from` up to but not including `to`. */
export interface YawBin {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The last bin takes photos at 60 degrees in, with their rounding. */
export const yawBins: readonly YawBin[] = [
  { name: '0–10°', from: 0, to: 10 },
  { name: '10–25°', from: 10, to: 25 },
  { name: '25–40°', from: 25, to: 40 },
  { name: '40–60°', from: 40, to: 62 },
];

/** On either side. */
export const inYawBin = ({ from, to }: YawBin, yaw: number): boolean => Math.abs(yaw) >= from && Math.abs(yaw) < to;

/** @throws NumericError where a record holds a number that is not finite: a mean would hide it */
export function requireFinite(record: PhotoRecord): void {
  const { method, photo, yaw, psnr, structure, lpips = 0 } = record;
  const numbers: Record<string, number> = { yaw, psnr, structure, LPIPS: lpips };
  for (const [judge, { toFrontal, toPhoto }] of Object.entries(record.identity)) {
    numbers[`${judge} to photo`] = toPhoto;
    if (toFrontal !== null) numbers[`${judge} to frontal`] = toFrontal;
  }
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) {
      throw new NumericError('evaluation/number', `evaluation: ${name} of ${photo} by ${method} is ${value}.`);
    }
  }
}
