import { decodeHalf, encodeHalf } from '../../../runtime/core/half.js';
import type { PlaneFormat } from '../../../runtime/render/gpu/planeFormat.js';
import { expectClose } from '../../harness/compare.js';
import type { BakedView } from '../../../runtime/render/fast/bakedView.js';
import type { RayBounds } from '../../../runtime/render/settings.js';
import type { Volume } from '../../../runtime/render/volume.js';
import { oddSettings, oddVolume, type OddSizes } from '../oddScene.js';

/** With surfaces: densities far from 0 on both sides. */
export function hardVolume(sizes: Partial<OddSizes>, scale: number): Volume {
  const volume = oddVolume(sizes);
  const { decoder } = volume;
  const [w2, b2] = [decoder.w2.slice(), decoder.b2.slice()];
  for (let h = 0; h < decoder.hidden; h++) w2[h]! *= scale;
  b2[0] = -60;
  // Numbers that halves hold exactly.
  const planes = { ...volume.planes, data: decodeHalf(encodeHalf(volume.planes.data)) };
  return { ...volume, planes, decoder: { ...decoder, w2, b2 } };
}

export interface HardCase {
  readonly name: string;
  readonly sizes: Partial<OddSizes>;
  readonly bake: { readonly side: number; readonly edgeSamples: number };
  readonly format: PlaneFormat;
  readonly crop?: RayBounds['crop'];
  readonly resolution: number;
}

export const hardCases: readonly HardCase[] = [
  { name: 'planes of another size', sizes: {}, bake: { side: 20, edgeSamples: 5 }, format: 'float', resolution: 13 },
  {
    name: 'a grid on the texels, cut, more colours than three, planes of halves',
    sizes: { width: 12, height: 12, hidden: 6, channels: 8, colors: 5 },
    bake: { side: 12, edgeSamples: 12 },
    format: 'half',
    crop: [0.5, 0.3, 0.4],
    resolution: 21,
  },
];

export const hardBounds = ({ crop }: HardCase): RayBounds => ({
  start: oddSettings.rayStart as number,
  end: oddSettings.rayEnd as number,
  ...(crop ? { crop } : {}),
});

/**
 * Is a picture, bottom row first, that of the twin?
 * @param bytes [R, R, 4]
 * @param depths [R, R, 2]
 */
export function expectBitmap(bytes: ArrayLike<number>, depths: ArrayLike<number>, view: BakedView): void {
  const pixels = view.alpha.length;
  const side = Math.sqrt(pixels);
  const turned = (i: number): number => (side - 1 - Math.floor(i / side)) * side + (i % side);
  const shown = [...view.alpha.keys()].map(turned);
  const expected = shown.flatMap((i) => [
    ...[0, 1, 2].map((c) => Math.min(view.alpha[i]!, Math.max(0, (view.features[c * pixels + i]! + 1) / 2))),
    view.alpha[i]!,
  ]);
  // Filters of a device have 8 bits of share, and 250 densities lie in a voxel's step.
  expectClose(
    Float32Array.from(bytes, (value) => value / 255),
    expected,
    0.02,
    'color',
  );
  const covered = shown.map((i, at) => [at, i] as const).filter(([, i]) => view.alpha[i]! > 0.02);
  expectClose(
    covered.map(([at]) => depths[2 * at]!),
    covered.map(([, i]) => view.depth[i]!),
    0.01,
    'depth',
  );
}
