import { lookAt } from '../../runtime/camera/lookAt.js';
import { upperMedian } from '../../runtime/core/median.js';
import { readFloats } from '../../runtime/render/gpu/buffers.js';
import type { FacePlanes } from './graphics.js';
import type { Point } from './headCamera.js';
import type { HeadModel } from './headModel.js';

/** Where a face is skin whatever its hair, beard and glasses are: forehead, cheeks, beside the nose; head space. */
export const skinPoints: readonly Point[] = [
  [0, 0.075, 0.15],
  [-0.05, 0.07, 0.14],
  [0.05, 0.07, 0.14],
  [-0.075, -0.045, 0.13],
  [0.075, -0.045, 0.13],
  [-0.05, -0.03, 0.145],
  [0.05, -0.03, 0.145],
];

const side = 64;
/** Half width of a patch around a point, pixels. */
const reach = 1;

/**
 * The colour of a person's skin: the median over their face, of a small view from the front that nobody sees.
 * @returns display values (sRGB), 0..1; null where there are no planes, nothing of them is solid, or pictures are not exact (WebGL 2)
 */
export async function measureSkin(model: HeadModel, planes: FacePlanes): Promise<[number, number, number] | null> {
  const { renderer, base } = model;
  if (!renderer) return null;
  const { radius, pivot, focal } = base.config.camera;
  const distance = radius + pivot[2];
  const view = renderer.render(lookAt([0, 0, distance], [0, 0, 0], focal), side, undefined, planes);
  // Both copies are queued before anybody renders another view into the same buffers.
  const [colors, surface] = await Promise.all([
    readFloats(renderer.device, view.features, 3 * side * side),
    readFloats(renderer.device, view.surface, 2 * side * side),
  ]);
  const found: [number[], number[], number[]] = [[], [], []];
  for (const [x, y, z] of skinPoints) {
    const column = Math.floor((0.5 + (focal * x) / (distance - z)) * side);
    const row = Math.floor((0.5 - (focal * y) / (distance - z)) * side);
    for (let v = Math.max(0, row - reach); v <= Math.min(side - 1, row + reach); v++) {
      for (let u = Math.max(0, column - reach); u <= Math.min(side - 1, column + reach); u++) {
        const pixel = v * side + u;
        const alpha = surface[2 * pixel + 1]!;
        if (!(alpha > 0.9)) continue;
        found.forEach((values, c) => values.push((0.5 + 0.5 * colors[c * side * side + pixel]!) / alpha));
      }
    }
  }
  if (found[0].length === 0) return null;
  const [red, green, blue] = found.map((values) => Math.min(1, Math.max(0, upperMedian(values)))) as [
    number,
    number,
    number,
  ];
  return [red, green, blue];
}
