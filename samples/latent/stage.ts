import { networkLayout } from '../../runtime/network/layout.js';
import { fetchBlob } from '../../personalize/worker/fetchBlob.js';
import { openExecution } from '../../personalize/worker/openExecution.js';
import { portraitImage } from '../../personalize/evaluation/judgedImage.js';
import type { FaceShot } from '../../personalize/latent/identityMeter.js';
import type { Camera } from '../../runtime/camera/camera.js';
import { blobSource } from '../../runtime/checkpoint/byteSource.js';
import { readBase, readPerson, type Base, type PersonFile } from '../../runtime/checkpoint/index.js';
import { bitmapOf, type Background, type Bitmap } from '../../runtime/core/bitmap.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { anchorsOfPerson, type Anchors } from '../../runtime/latent/alpha/anchors.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { requireVaried } from '../../runtime/latent/personLooks.js';
import { besidePage } from '../shared/address.js';
import { demoPerson } from './demoPerson.js';
import type { LatentParameters } from './parameters.js';

/** Behind every picture, as in the page. */
const background: Background = [0.19, 0.21, 0.25];

/** A picture as it is shown, and as judges see it. */
export interface Shot {
  readonly picture: Bitmap;
  readonly face: FaceShot;
}

/** One person, rendered in this page. */
export class Stage {
  private constructor(
    readonly base: Base,
    readonly directions: Directions,
    readonly person: PersonFile,
    readonly anchors: Anchors,
    private readonly _execution: Execution,
    private readonly _device: GPUDevice | null,
    private readonly _generator: Generator,
    private readonly _headRenderer: HeadRenderer,
    private readonly _parameters: LatentParameters,
  ) {}

  /** The embedded base with an invented person, or the one that the address names. */
  static async open(parameters: LatentParameters): Promise<Stage> {
    const base = await readBase(blobSource(await fetchBlob(besidePage('assets/base.safetensors'))));
    const text = await (await fetchBlob(besidePage('assets/base.directions.json'))).text();
    const directions = parseDirections(JSON.parse(text), { hash: base.hash, wDim: networkLayout(base).wDim });
    const { execution, device } = await openExecution({
      backend: parameters.backend,
      wasmPaths: besidePage('ort/'),
    });
    const person = parameters.head
      ? await readPerson(blobSource(await fetchBlob(besidePage(parameters.head))), base)
      : await invented(base, execution, directions, parameters.anchors);
    return Stage._for(base, directions, person, execution, device, parameters);
  }

  /** The same page with somebody else. @throws AssetError for a file that is no person of this base, or has one anchor */
  async withPerson(file: Blob): Promise<Stage> {
    const person = await readPerson(blobSource(file), this.base);
    const { base, directions, _execution: execution, _device: device, _parameters: parameters } = this;
    const stage = await Stage._for(base, directions, person, execution, device, parameters);
    await this._headRenderer.dispose();
    await this._generator.dispose();
    return stage;
  }

  get numWs(): number {
    return this._generator.layout.numWs;
  }

  /** Where the networks run, in words. */
  get place(): string {
    return this._device ? 'on the graphics card' : 'on the processor';
  }

  /** Pictures of one latent. */
  async take(ws: Tensor, cameras: readonly Camera[]): Promise<Shot[]> {
    await this._headRenderer.setFace(ws);
    const shots: Shot[] = [];
    for (const camera of cameras) {
      const portrait = await this._headRenderer.render(camera);
      const picture = bitmapOf(portrait.imageRaw, portrait.alpha, background);
      shots.push({ picture, face: { image: portraitImage(portrait), camera } });
    }
    return shots;
  }

  private static async _for(
    base: Base,
    directions: Directions,
    person: PersonFile,
    execution: Execution,
    device: GPUDevice | null,
    parameters: LatentParameters,
  ): Promise<Stage> {
    const anchors = anchorsOfPerson(person);
    requireVaried(anchors, 'this page');
    const { size, samples } = parameters;
    const generator = new Generator(base, execution, { person });
    const headRenderer = await HeadRenderer.create(generator, {
      resolution: size,
      crop: true,
      ...(device ? { device } : {}),
      settings: {
        minWeight: 1e-4,
        ...(samples === undefined ? {} : { depthResolution: samples, depthResolutionImportance: samples }),
      },
    });
    return new Stage(base, directions, person, anchors, execution, device, generator, headRenderer, parameters);
  }
}

async function invented(base: Base, execution: Execution, directions: Directions, count: number): Promise<PersonFile> {
  const generator = new Generator(base, execution);
  try {
    return await demoPerson(base, generator, directions, Math.max(2, count));
  } finally {
    await generator.dispose();
  }
}
