import type { ViewGradients } from '../../../runtime/render/backward/gradients.js';
import type { RenderedRays } from '../../../runtime/render/rayMarch.js';

/**
 * What exposure, white balance and light make of a head's colours in one photo: colour' = A colour + b, as [3, 4] rows
 * (A | b). Colours are premultiplied with alpha, so the offset is b alpha and nothing happens where there is no head.
 */
export type ColorTransform = Float32Array;

export const transformSize = 12;

/** @returns [3, 4] that changes nothing */
export function identityTransform(): ColorTransform {
  return Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
}

/**
 * The view as a photo with that transform shows it.
 * @param rendered features [channels, R] in -1..1 premultiplied; those beyond the first three are left alone
 */
export function applyColors(rendered: RenderedRays, m: ColorTransform): RenderedRays {
  const { features, alpha } = rendered;
  const count = alpha.length;
  const shown = features.slice();
  for (let c = 0; c < 3; c++) {
    const [r, g, b, offset] = [m[4 * c]!, m[4 * c + 1]!, m[4 * c + 2]!, m[4 * c + 3]!];
    for (let i = 0; i < count; i++) {
      shown[c * count + i] =
        r * (features[i]! + 1) +
        g * (features[count + i]! + 1) +
        b * (features[2 * count + i]! + 1) +
        2 * offset * alpha[i]! -
        1;
    }
  }
  return { ...rendered, features: shown };
}

/** From gradients by the view that `applyColors` gave to those by the view it was given. */
export function colorsBackward(gradients: ViewGradients, m: ColorTransform, count: number): ViewGradients {
  const features = Float32Array.from(gradients.features);
  const alpha = gradients.alpha ? Float32Array.from(gradients.alpha) : new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [
      gradients.features[i]!,
      gradients.features[count + i]!,
      gradients.features[2 * count + i]!,
    ] as const;
    for (let k = 0; k < 3; k++) features[k * count + i] = r * m[k]! + g * m[4 + k]! + b * m[8 + k]!;
    alpha[i]! += 2 * (r * m[3]! + g * m[7]! + b * m[11]!);
  }
  return { ...gradients, features, alpha };
}
