import { lookAt } from '../../runtime/camera/lookAt.js';
import type { DecoderGradients } from '../../runtime/render/backward/gradients.js';
import type { Volume } from '../../runtime/render/cpuRenderer.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { hashed } from './scene.js';

/** Sizes are odd on purpose. */
const [channels, hidden, colors, height, width] = [5, 9, 3, 7, 10];

export const volume: Volume = {
  planes: { dims: [3, channels, height, width], data: hashed('planes', 3 * channels * height * width, 2) },
  projection: [
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
    [
      [0, 0, 1],
      [0, 1, 0],
    ],
  ],
  decoder: {
    channels,
    hidden,
    colors,
    w1: hashed('w1', hidden * channels),
    b1: hashed('b1', hidden),
    w2: hashed('w2', (1 + colors) * hidden, 2),
    b2: hashed('b2', 1 + colors),
  },
};
/** No sample lies on a texel's centre line, where the slope jumps and float32 may take the other side. */
export const camera = lookAt([0.43, -0.29, 2.68], [0.021, 0.013, 0.004], 3);
export const settingsOf = (changes: Partial<RenderSettings>): RenderSettings =>
  renderSettings(
    {
      depthResolution: 9,
      depthResolutionImportance: 7,
      rayStart: 2.25,
      rayEnd: 3.2,
      boxWarp: 1.1,
      disparitySpaceSampling: false,
      whiteBack: false,
    },
    colors,
    changes,
  );
export const wantedFor = (rays: number) => ({
  features: hashed('features', colors * rays),
  depth: hashed('depth', rays),
  alpha: hashed('alpha', rays),
});

/** Layer by layer: a bias alone is a sum in which most cancels. */
export const layerOf = ({ w1, b1, w2, b2 }: DecoderGradients, layer: 'first' | 'second'): number[] =>
  layer === 'first' ? [...w1, ...b1] : [...w2, ...b2];
