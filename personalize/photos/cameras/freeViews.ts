import type { Matrix3 } from '../../../runtime/core/matrix3.js';
import type { FreeView } from './pointTerms.js';
import type { FittedView } from './view.js';

export function freeView({ rotation, distance, side, center }: FittedView): FreeView {
  return { rotation: Float64Array.from(rotation), distance, side, cx: center[0], cy: center[1], unit: side };
}

export function fittedView({ rotation, distance, side, cx, cy }: FreeView, error: number): FittedView {
  return { rotation: Array.from(rotation) as unknown as Matrix3, distance, side, center: [cx, cy], error };
}
