import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { mixAnchorLayers, anchorsOfPerson, type Anchors } from '../../runtime/latent/alpha/anchors.js';
import { projectLatent, projectLatentLayers } from '../../runtime/latent/alpha/projectLatent.js';
import { defaultBeta } from '../../runtime/latent/alpha/softAlpha.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { requireVaried } from '../../runtime/latent/personLooks.js';
import { personAdaptation, personFeeds } from '../../runtime/network/person.js';
import { invertPhoto, type SeededFitting } from '../inversion/anchors.js';
import { hasEstimatedCameras, inPersonFrame } from '../inversion/personFrame.js';
import { LatentSpace } from '../inversion/latentSpace.js';
import type { Photo } from '../photos/photo.js';
import type { Studio } from '../portraits.js';
import { SinglePhotoColors } from '../training/appearance/appearances.js';
import { DifferentiableHead } from '../training/differentiableHead.js';
import { defaultWeights } from '../training/losses.js';
import { Random } from '../training/random.js';
import { trainingSettings } from '../training/trainingSettings.js';
import { fitAlpha, type LayeredAlpha } from './fitAlpha.js';
import { expectGiven } from '../../runtime/core/given.js';

/**
 * How a photo comes into a person's space. `soft`: the weights are what is optimised. `hard`: a latent is found in W, then
 * the nearest of the person's is taken (a quadratic program).
 */
export type Projection = 'soft' | 'hard';

export interface FitPhotoOptions {
  readonly steps: number;
  readonly projection?: Projection;
  readonly beta?: number;
  /** Weights of their own for every layer. */
  readonly layered?: boolean;
  readonly seed?: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number) => void;
}

/** Fits photos to one person whose network stays as it is. */
export class PhotoFitter {
  private _latent: Promise<LatentSpace> | null = null;

  private constructor(
    private readonly _studio: Studio,
    private readonly _head: DifferentiableHead,
    private readonly _person: PersonFile,
    readonly anchors: Anchors,
    private readonly _directions: Directions | undefined,
  ) {}

  /**
   * @param directions of the base; with them `hard` finds expressions sooner
   * @throws AssetError for a person whose anchors span nothing
   */
  static async open(studio: Studio, person: PersonFile, directions?: Directions): Promise<PhotoFitter> {
    expectGiven('PhotoFitter', 'options', studio);
    expectGiven('PhotoFitter', 'base', studio.base);
    expectGiven('PhotoFitter', 'execution', studio.execution);
    expectGiven('PhotoFitter', 'personFile', person);
    const anchors = anchorsOfPerson(person);
    requireVaried(anchors, 'fit');
    const { base, execution, device } = studio;
    const head = await DifferentiableHead.create({
      base,
      execution,
      adaptation: personAdaptation(person),
      settings: trainingSettings(base),
      wrt: ['ws'],
      rays: hasEstimatedCameras(person),
      ...(device ? { device } : {}),
    });
    return new PhotoFitter(studio, head, person, anchors, directions);
  }

  /** @throws the signal's reason when it aborts */
  async fit(photo: Photo, options: FitPhotoOptions): Promise<LayeredAlpha> {
    const { steps, projection = 'soft', beta = defaultBeta, layered = false, seed = '0', signal, onStep } = options;
    const common = {
      head: this._head,
      variables: personFeeds(this._person, this._head.layout),
      settings: trainingSettings(this._studio.base),
      weights: defaultWeights,
      patch: 32,
      ...this._view(),
    };
    const { target, camera } = inPersonFrame(this._person, photo);
    const stage = {
      ...{ steps, layered },
      ...(camera ? { camera } : {}),
      ...(signal ? { signal } : {}),
      ...(onStep ? { onStep } : {}),
    };
    if (projection === 'soft') {
      return fitAlpha({ ...common, random: new Random(`${seed}:alpha ${photo.name}`) }, this.anchors, target, {
        ...stage,
        beta,
      });
    }
    this._latent ??= LatentSpace.measure(this._studio.base, this._studio.execution, this._directions);
    const latent = await this._latent;
    const { numWs } = latent.layout;
    const fitting: SeededFitting = { ...common, latent, prior: 1e-3, seed };
    const w = latent.toWs(await invertPhoto(fitting, target, this._start(latent), stage));
    const alphas = layered
      ? projectLatentLayers(this.anchors, w, beta).map(({ alpha }) => alpha)
      : Array<Float64Array>(numWs).fill(projectLatent(this.anchors, w, beta).alpha);
    return { alphas, ws: mixAnchorLayers(this.anchors, alphas) };
  }

  dispose(): Promise<void> {
    return this._head.dispose();
  }

  /** A person without the light of their photos finds a photo in colours of its own. */
  private _view(): Pick<SeededFitting, 'view'> {
    if (!this._person.tensors.has('colors')) return {};
    const view = new SinglePhotoColors();
    return { view: () => view };
  }

  /** The mean anchor, in the coordinates of the latent space. */
  private _start(latent: LatentSpace): Float32Array {
    const { ws } = this.anchors;
    const wDim = ws.dims[2]!;
    const mean = new Float32Array(wDim);
    ws.data.forEach((value, i) => (mean[i % wDim]! += (value * wDim) / ws.data.length));
    return latent.fromW(mean);
  }
}
