import { readFile } from 'node:fs/promises';
import { headView, type HeadView } from '../../../plugin/image/headCamera.js';
import { frontalCamera } from '../../../runtime/camera/lookAt.js';
import { bytesSource, readBase, type Base } from '../../../runtime/checkpoint/index.js';
import { CpuPoints } from '../../../runtime/render/onnx/cpuPoints.js';
import { Generator } from '../../../runtime/generator/generator.js';
import { neutralize, offsetByDirections, type Amounts, type Directions } from '../../../runtime/latent/directions.js';
import { parseDirections } from '../../../runtime/latent/directionsJson.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { broadcastW } from '../../../runtime/latent/truncation.js';
import { raysFor, renderRaysWith, type RenderedRays } from '../../../runtime/render/cpuRenderer.js';
import { headExtent } from '../../../runtime/render/headExtent.js';
import type { Rays } from '../../../runtime/render/rays.js';
import { renderSettings, type RenderSettings } from '../../../runtime/render/settings.js';
import { asPlanes, decoderOf, planeProjection, type Volume } from '../../../runtime/render/volume.js';
import { cpu } from '../../network/runGraph.js';

/** Yaw and pitch of the scene camera, radians; the eye stands at 1.4. Three of the facts' own views. */
export const poses = [
  [0, 0],
  [0.7, 0.1],
  [-1.3, -0.15],
] as const;
/** At rest, and in the middle of a word. */
export const expressions: readonly Amounts[] = [{}, { jawOpen: 0.5, smile: 0.4, browInnerUp: 0.5 }];

/** The embedded base's faces as they stand in a scene, rendered on the CPU. */
export class Faces {
  private constructor(
    readonly base: Base,
    readonly settings: RenderSettings,
    private readonly _generator: Generator,
    private readonly _directions: Directions,
    private readonly _points: CpuPoints,
  ) {}

  static async open(): Promise<Faces> {
    const base = await readBase(bytesSource(await readFile('assets/base.safetensors')));
    const execution = await cpu();
    const generator = new Generator(base, execution);
    const json: unknown = JSON.parse(await readFile('assets/base.directions.json', 'utf8'));
    const directions = parseDirections(json, { hash: base.hash, wDim: generator.layout.wDim });
    const settings = renderSettings(base.config.rendering, 3, { whiteBack: false, minWeight: 1e-4 });
    const [decoder, projection] = [decoderOf(base), planeProjection(base.config.planeAxes)];
    const options = { decoder, projection, boxWarp: settings.boxWarp, channels: 3 };
    return new Faces(base, settings, generator, directions, await CpuPoints.create(execution, options));
  }

  async volume(seed: number, amounts: Amounts): Promise<Volume> {
    const { base, _generator: generator, _directions: directions } = this;
    const { layout, wAvg } = generator;
    const w = await generator.map(standardNormal(seed, layout.zDim), frontalCamera(base.config.camera));
    const neutral = neutralize(broadcastW(w, layout.numWs, wAvg, 0.8), directions);
    const { data, dims } = await generator.planes(offsetByDirections(neutral, directions, amounts));
    const planes = asPlanes({ dims, data: data! }, layout.planeChannels);
    return { planes, decoder: decoderOf(base), projection: planeProjection(base.config.planeAxes) };
  }

  view([yaw, pitch]: readonly [number, number]): HeadView {
    const [side, up] = [1.4 * Math.cos(pitch), 1.4 * Math.sin(pitch)];
    return headView([side * Math.sin(yaw), up, side * Math.cos(yaw)], headExtent(this.base.config));
  }

  rays({ camera, bounds }: HeadView, side: number): Rays {
    return raysFor(camera, side, this.settings, bounds);
  }

  /** The reference. */
  exact(volume: Volume, rays: Rays): Promise<RenderedRays> {
    this._points.setPlanes(volume.planes);
    return renderRaysWith((batch) => this._points.evaluate(batch), rays, this.settings);
  }

  async dispose(): Promise<void> {
    await this._points.dispose();
    await this._generator.dispose();
  }
}

/**
 * Of the picture on white, 0..1, and of the pixels in which either shows a head (alpha above 0.02), dB.
 */
export function psnrOnWhite(a: RenderedRays, b: RenderedRays): { image: number; head: number } {
  const pixels = a.alpha.length;
  const [all, head] = [
    { error: 0, count: 0 },
    { error: 0, count: 0 },
  ];
  const shown = (view: RenderedRays, c: number, i: number): number =>
    (view.features[c * pixels + i]! + 1) / 2 + 1 - view.alpha[i]!;
  for (let i = 0; i < pixels; i++) {
    const error = [0, 1, 2].reduce((sum, c) => sum + (shown(a, c, i) - shown(b, c, i)) ** 2, 0) / 3;
    for (const part of Math.max(a.alpha[i]!, b.alpha[i]!) > 0.02 ? [all, head] : [all]) {
      part.error += error;
      part.count++;
    }
  }
  const decibels = ({ error, count }: typeof all): number => -10 * Math.log10(error / count);
  return { image: decibels(all), head: decibels(head) };
}
