import { focalPerDistance } from './convention.js';

/** A view while it is fitted: what changes from step to step, without allocation. */
export interface FreeView {
  /** World to camera, row-major: [9]. */
  readonly rotation: Float64Array;
  /** World units. */
  distance: number;
  /** Pixels. */
  side: number;
  cx: number;
  cy: number;
  /** Pixels that a residual of 1 stands for; stays while the view is fitted. */
  readonly unit: number;
}

/** Unknowns of a view: a turn about the camera's axes, log side, centre in units, log distance. */
export const viewUnknowns = 7;

/** Where `pointTerms` writes: residual [2], its derivative by the view [2, 7], by the point [2, 3]; the point in camera axes [3]. */
export const termsSize = 2 + 2 * viewUnknowns + 6 + 3;
export const byViewAt = 2;
export const byPointAt = byViewAt + 2 * viewUnknowns;
export const cameraPointAt = byPointAt + 6;

/**
 * Residual of one landmark, in units, and its exact derivatives.
 * Source: p = c + side f C.xy / (C.z + d), C = R X, f = focalPerDistance d; a turn w moves C by w x C.
 * @param at where the point's three numbers begin in `points`
 * @param px where it was seen, pixels
 */
export function pointTerms(
  view: FreeView,
  points: Float64Array,
  at: number,
  px: number,
  py: number,
  terms: Float64Array,
): void {
  const r = view.rotation;
  const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
  const cx = r[0]! * x + r[1]! * y + r[2]! * z;
  const cy = r[3]! * x + r[4]! * y + r[5]! * z;
  const cz = r[6]! * x + r[7]! * y + r[8]! * z;
  const inverse = 1 / (cz + view.distance);
  const zoom = view.side / view.unit;
  // m = d q / d C.xy in units, u and v = the projection in units.
  const m = zoom * focalPerDistance * view.distance * inverse;
  const [u, v] = [m * cx, m * cy];
  const [ui, vi] = [u * inverse, v * inverse];
  terms[0] = (view.cx - px) / view.unit + u;
  terms[1] = (view.cy - py) / view.unit + v;
  terms[2] = -ui * cy;
  terms[3] = m * cz + ui * cx;
  terms[4] = -m * cy;
  terms[5] = u;
  terms[6] = 1;
  terms[7] = 0;
  terms[8] = ui * cz;
  terms[9] = -m * cz - vi * cy;
  terms[10] = vi * cx;
  terms[11] = m * cx;
  terms[12] = v;
  terms[13] = 0;
  terms[14] = 1;
  terms[15] = vi * cz;
  for (let axis = 0; axis < 3; axis++) {
    terms[16 + axis] = m * r[axis]! - ui * r[6 + axis]!;
    terms[19 + axis] = m * r[3 + axis]! - vi * r[6 + axis]!;
  }
  terms[22] = cx;
  terms[23] = cy;
  terms[24] = cz;
}

/**
 * Moves a view by a step of its unknowns, as `pointTerms` differentiates them.
 * @param at where the step's seven numbers begin
 */
export function moveView(view: FreeView, step: Float64Array, at: number, share = 1): void {
  turnRotation(view.rotation, share * step[at]!, share * step[at + 1]!, share * step[at + 2]!);
  view.side *= Math.exp(share * step[at + 3]!);
  view.cx += share * step[at + 4]! * view.unit;
  view.cy += share * step[at + 5]! * view.unit;
  view.distance *= Math.exp(share * step[at + 6]!);
}

/** r becomes exp(w) r. Source: Rodrigues' formula, column by column. */
function turnRotation(r: Float64Array, x: number, y: number, z: number): void {
  const angle = Math.hypot(x, y, z);
  const s = angle < 1e-4 ? 1 - angle ** 2 / 6 : Math.sin(angle) / angle;
  const c = angle < 1e-4 ? 0.5 - angle ** 2 / 24 : (1 - Math.cos(angle)) / angle ** 2;
  for (let column = 0; column < 3; column++) {
    const [a, b, d] = [r[column]!, r[3 + column]!, r[6 + column]!];
    const [p, q, t] = [y * d - z * b, z * a - x * d, x * b - y * a];
    r[column] = a + s * p + c * (y * t - z * q);
    r[3 + column] = b + s * q + c * (z * p - x * t);
    r[6 + column] = d + s * t + c * (x * q - y * p);
  }
}
