import { lookAt } from '../../runtime/camera/lookAt.js';
import type { Camera } from '../../runtime/camera/camera.js';
import { raysFor, type Volume } from '../../runtime/render/cpuRenderer.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { planeProjection, type Decoder } from '../../runtime/render/volume.js';
import { hashTensor } from '../network/hashWeights.js';

/** Sizes that fit no vec4 and no workgroup. */
export interface OddSizes {
  readonly channels: number;
  readonly hidden: number;
  readonly colors: number;
  readonly height: number;
  readonly width: number;
}

export const oddSizes: OddSizes = { channels: 5, hidden: 9, colors: 3, height: 7, width: 3 };

/** Row-vector matrices as EG3D stores them: xy, xz and zy. */
const axes = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ],
];

function oddDecoder({ channels, hidden, colors }: OddSizes): Decoder {
  const values = (name: string, count: number, std: number) => hashTensor(`odd.${name}`, [count], 0, std).data;
  const b2 = values('b2', 1 + colors, 1);
  b2[0] = -2.5; // neither empty nor opaque
  return {
    channels,
    hidden,
    colors,
    w1: values('w1', hidden * channels, 1),
    b1: values('b1', hidden, 0.5),
    w2: values('w2', (1 + colors) * hidden, 1),
    b2,
  };
}

export function oddVolume(changes: Partial<OddSizes> = {}): Volume {
  const sizes = { ...oddSizes, ...changes };
  const dims = [3, sizes.channels, sizes.height, sizes.width];
  return {
    planes: hashTensor('odd.planes', dims, 0, 1.5),
    projection: planeProjection(axes),
    decoder: oddDecoder(sizes),
  };
}

/** From the side and above, wider than the box; skewed, not square, off centre. */
export const oddCamera: Camera = {
  ...lookAt([1.6, 0.7, 1.9], [0.05, -0.1, 0.1], 1),
  intrinsics: [1.6, 0.2, 0.45, 0, 1.3, 0.56, 0, 0, 1],
};

/** Few samples, of numbers that share no divisor. */
export const oddSettings: RenderSettings = {
  depthResolution: 7,
  depthResolutionImportance: 5,
  rayStart: 1.7,
  rayEnd: 3.4,
  boxWarp: 1.1,
  disparitySpaceSampling: false,
  whiteBack: false,
  jitter: 'mid',
  channels: 3,
  minWeight: 0,
};

/** Rays of an image that miss the box. */
export function missing(camera: Camera, resolution: number, settings: RenderSettings): number {
  const { bounds } = raysFor(camera, resolution, { ...settings, rayStart: 'auto', rayEnd: 'auto' });
  // They share the last entry as end.
  const ends = Array.from({ length: resolution ** 2 }, (_, ray) => bounds[ray * 2 + 1]!);
  return Math.max(...ends.map((end) => ends.filter((other) => other === end).length));
}
