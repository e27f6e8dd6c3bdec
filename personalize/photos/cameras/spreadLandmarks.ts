import type { HeadShape } from './headShape.js';

/**
 * Landmarks that cover a head evenly: each next one lies farthest from those before.
 * @param count about how many, twins included
 */
export function spreadLandmarks({ mean, rigid, mirror }: HeadShape, count: number): Int32Array {
  const chosen: number[] = [];
  const nearest = new Float64Array(rigid.length).fill(Infinity);
  let next = rigid.indexOf(Math.max(...rigid));
  while (chosen.length < Math.min(count, rigid.length)) {
    const twins = next === mirror[next] ? [next] : [next, mirror[next]!];
    for (const landmark of twins) {
      chosen.push(landmark);
      for (let i = 0; i < nearest.length; i++) {
        const [x, y, z] = [0, 1, 2].map((axis) => mean[3 * i + axis]! - mean[3 * landmark + axis]!);
        nearest[i] = Math.min(nearest[i]!, Math.hypot(x!, y!, z!));
      }
    }
    next = 0;
    // What moves with the expression helps less.
    for (let i = 0; i < nearest.length; i++) {
      if (nearest[i]! * Math.sqrt(rigid[i]!) > nearest[next]! * Math.sqrt(rigid[next]!)) next = i;
    }
  }
  return Int32Array.from(chosen);
}
