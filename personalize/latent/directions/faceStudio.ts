import type { Camera } from '../../../runtime/camera/camera.js';
import { frontalCamera } from '../../../runtime/camera/lookAt.js';
import type { PersonFile } from '../../../runtime/checkpoint/person/person.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { Generator } from '../../../runtime/generator/generator.js';
import { HeadRenderer } from '../../../runtime/generator/headRenderer.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { broadcastW, mixLatents } from '../../../runtime/latent/truncation.js';
import { judgeFace } from '../../evaluation/judgeFace.js';
import type { FaceJudge, FaceReading } from '../../evaluation/judge.js';
import { portraitImage } from '../../evaluation/judgedImage.js';
import type { Studio } from '../../portraits.js';
import { scoresOf, type Readings } from './attributes.js';
import type { Probe } from './probe.js';

/** Pictures need no more samples a ray to be read by a face network. */
const sampling = { depthResolution: 24, depthResolutionImportance: 24, minWeight: 1e-4 };

/** Latents of a base, or of a person, rendered small from the front and read by face networks. */
export class FaceStudio implements Probe {
  private constructor(
    readonly generator: Generator,
    readonly judges: readonly FaceJudge[],
    private readonly _headRenderer: HeadRenderer,
    readonly camera: Camera,
  ) {}

  /** @param side of the pictures, pixels */
  static async open(
    { base, execution, device }: Studio,
    judges: readonly FaceJudge[],
    side: number,
    person?: PersonFile,
  ): Promise<FaceStudio> {
    const generator = new Generator(base, execution, person ? { person } : {});
    const headRenderer = await HeadRenderer.create(generator, {
      ...(base.config.superresolution ? {} : { resolution: side }),
      settings: sampling,
      ...(device ? { device } : {}),
    });
    return new FaceStudio(generator, judges, headRenderer, frontalCamera(base.config.camera));
  }

  /**
   * The latent that `--seed` names.
   * @param psi of the truncation
   * @returns [wDim]
   */
  async latent(seed: number, psi: number): Promise<Float32Array> {
    const w = await this.generator.map(standardNormal(seed, this.generator.layout.zDim), this.camera);
    const mean: Tensor = { dims: [w.length], data: this.generator.wAvg };
    return mixLatents(mean, { dims: [w.length], data: w }, psi).data;
  }

  /**
   * @param w [wDim] or [numWs, wDim]
   * @returns [3, side, side], -1..1, over grey
   */
  async picture(w: Float32Array): Promise<Tensor> {
    const { numWs, wDim } = this.generator.layout;
    const ws = w.length === wDim ? broadcastW(w, numWs, this.generator.wAvg) : { dims: [numWs, wDim], data: w };
    await this._headRenderer.setFace(ws);
    return portraitImage(await this._headRenderer.render(this.camera));
  }

  async read(image: Tensor): Promise<Readings> {
    const readings = new Map<string, FaceReading>();
    for (const judge of this.judges) {
      readings.set(judge.name, await judgeFace(judge, image, this.camera));
    }
    return readings;
  }

  /** Numbers of a picture's face, by attribute. */
  async scoresOf(image: Tensor): Promise<Record<string, number>> {
    return scoresOf(await this.read(image));
  }

  async dispose(): Promise<void> {
    await this._headRenderer.dispose();
    await this.generator.dispose();
  }
}
