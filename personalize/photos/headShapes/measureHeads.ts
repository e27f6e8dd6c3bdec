import type { Camera } from '../../../runtime/camera/camera.js';
import { frontalCamera, orbitCamera } from '../../../runtime/camera/lookAt.js';
import { bitmapOf } from '../../../runtime/core/bitmap.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import type { Generator } from '../../../runtime/generator/generator.js';
import { HeadRenderer } from '../../../runtime/generator/headRenderer.js';
import { neutralize, offsetByDirections, type Amounts, type Directions } from '../../../runtime/latent/directions.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { broadcastW } from '../../../runtime/latent/truncation.js';
import { cornerNormals, visibilityAt } from '../cameras/visibility.js';
import type { FaceNets } from '../faces/faceNets.js';
import { landmarkCount, type FaceTopology } from '../faces/faceTopology.js';
import { makePyramid } from '../faces/bitmapPyramid.js';
import { readFaces } from '../faces/readFaces.js';
import { triangulate, type SeenLandmarks } from './triangulate.js';

export interface MeasureHeadsOptions {
  readonly generator: Generator;
  /** Takes expressions away; absent: heads as they come. */
  readonly directions?: Directions | undefined;
  readonly nets: FaceNets;
  readonly topology: FaceTopology;
  /** Side of the rendered pictures, pixels. */
  readonly size: number;
  /** Samples of each of the march's two passes. */
  readonly samples: number;
  readonly device?: GPUDevice | null;
  /** Where the head is seen from, degrees; default: five directions. */
  readonly views?: readonly { readonly yaw: number; readonly pitch: number }[];
  /** Ends the measurement after the picture at hand. */
  readonly signal?: AbortSignal;
}

/** As faces are sampled: between the mean face and the rarest ones. */
const truncation = 0.8;
/** Degrees. Beyond 40 the landmark net guesses half of the face. */
const fiveViews = [
  { yaw: -36, pitch: 4 },
  { yaw: -18, pitch: -8 },
  { yaw: 0, pitch: 0 },
  { yaw: 18, pitch: 8 },
  { yaw: 36, pitch: -4 },
];
/** A head that fewer of its pictures show is left out. */
const leastShare = 0.8;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** How well a camera sees each landmark, see `visibilityAt`. */
function visibilityOf(camera: Camera, points: Float64Array, triangles: Int32Array): Float64Array {
  const normals = new Float64Array(points.length);
  cornerNormals(points, triangles, normals);
  return Float64Array.from({ length: landmarkCount }, (_, i) => {
    const to = [0, 1, 2].map((axis) => camera.cam2world[4 * axis + 3]! - points[3 * i + axis]!);
    const along = to.reduce((sum, value, axis) => sum + value * normals[3 * i + axis]!, 0);
    return visibilityAt(along / Math.hypot(...to));
  });
}

/** Renders heads of a base, reads their landmarks and finds where these lie. */
export class HeadMeasurer {
  private constructor(
    private readonly _options: MeasureHeadsOptions,
    private readonly _headRenderer: HeadRenderer,
  ) {}

  static async create(options: MeasureHeadsOptions): Promise<HeadMeasurer> {
    const { generator, size, samples, device } = options;
    const headRenderer = await HeadRenderer.create(generator, {
      ...{ resolution: size, crop: true },
      settings: { depthResolution: samples, depthResolutionImportance: samples },
      ...(device ? { device } : {}),
    });
    return new HeadMeasurer(options, headRenderer);
  }

  /**
   * The head of a seed, neutral but for some amounts of the base's directions.
   * @returns world units, [468, 3]; null where too few pictures show a face, or the signal aborted
   */
  async measure(seed: number, amounts: Amounts = {}): Promise<Float64Array | null> {
    const { generator, topology, signal, directions, views = fiveViews } = this._options;
    const neutral = await this._neutral(seed);
    await this._headRenderer.setFace(directions ? offsetByDirections(neutral, directions, amounts) : neutral);
    const seen: SeenLandmarks[] = [];
    for (const { yaw, pitch } of views) {
      if (signal?.aborted) return null;
      const camera = orbitCamera(generator.base.config.camera, radians(yaw), radians(pitch));
      const places = await this._look(camera);
      if (places) seen.push({ camera, places, weights: new Float64Array(landmarkCount).fill(1) });
    }
    if (seen.length < leastShare * views.length) return null;
    const rough = triangulate(seen);
    return triangulate(
      seen.map((view) => ({ ...view, weights: visibilityOf(view.camera, rough, topology.triangles) })),
    );
  }

  dispose(): Promise<void> {
    return this._headRenderer.dispose();
  }

  private async _neutral(seed: number): Promise<Tensor> {
    const { generator, directions } = this._options;
    const { layout, wAvg, base } = generator;
    const w = await generator.map(standardNormal(seed, layout.zDim), frontalCamera(base.config.camera));
    const ws = broadcastW(w, layout.numWs, wAvg, truncation);
    return directions ? neutralize(ws, directions) : ws;
  }

  private async _look(camera: Camera): Promise<Float64Array | null> {
    const { nets, size } = this._options;
    const { image, alpha } = await this._headRenderer.render(camera);
    const [face] = await readFaces(nets, makePyramid(bitmapOf(image, alpha, [0.5, 0.5, 0.5])));
    if (!face) return null;
    const { points } = face.landmarks;
    return Float64Array.from({ length: 2 * landmarkCount }, (_, i) => points[3 * (i >> 1) + (i & 1)]! / size);
  }
}
