import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { DeviceError } from '../../runtime/core/errors.js';
import type { BytesProgress } from '../../runtime/core/readBody.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { fetchRuntime } from '../../runtime/execution/wasmFiles.js';
import { PlaneMotion } from '../../runtime/expression/planeMotion.js';
import type { Generator, PreparedPerson } from '../../runtime/generator/generator.js';
import { neutralize, type Directions } from '../../runtime/latent/directions.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import type { Lease } from '../loading/sharedCache.js';
import type { BaseModel, BaseModelOptions } from './baseModel.js';
import { acquireBaseModel } from './baseModels.js';
import { deviceOf, isSoftwareDevice } from './engineDevice.js';
import { glContextOf, isSoftwareContext } from './glEngine.js';
import type { ExactRenderer, VolumeRenderer } from './graphics.js';
import { levelSides, type LevelSide } from './headLevel.js';
import { defaultQuality, type HeadQuality } from './quality.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface HeadModelOptions extends BaseModelOptions {
  readonly base: Base;
  /** What the base's latents can be moved along; absent: expressions cannot be set. */
  readonly directions?: Directions;
  /** The person whose LoRA factors run beside the base. */
  readonly person?: PersonFile;
  /**
   * The mesh of that base, or of that person: with it an expression that is set is the base's own, and what was learned of
   * the person moves along. Absent: expressions are as the person's factors make them.
   */
  readonly proxy?: HeadProxy;
  /** Told of ONNX Runtime's bytes as they come from `wasmPaths`, where they are not there yet. */
  readonly onRuntimeBytes?: BytesProgress;
  /** Changes to what suits the device. */
  readonly quality?: Partial<HeadQuality>;
}

/**
 * What makes a head's images: a base, which all heads of an engine share, and perhaps a person. Light: a person's own
 * numbers are all it adds. Any number of heads may use it.
 */
export class HeadModel {
  private _renderer: ExactRenderer | null;

  /** @internal Use `createHeadModelAsync`. */
  constructor(
    /** The base at work on the engine's device, for all who use it. */
    readonly shared: BaseModel,
    private readonly _lease: Pick<Lease<BaseModel>, 'release'>,
    /** undefined: the base alone */
    readonly person: PreparedPerson | undefined,
    readonly directions: Directions | null,
    /** How the face moves with an expression; null: not known, or not needed. */
    readonly motion: PlaneMotion | null,
    readonly quality: HeadQuality,
    /** Is the graphics device played by the processor? */
    readonly software: boolean,
    renderer: ExactRenderer | null,
  ) {
    this._renderer = renderer;
  }

  get base(): Base {
    return this.shared.base;
  }

  /** @throws DeviceError while the device is lost */
  get generator(): Generator {
    const { generator } = this.shared;
    if (generator) return generator;
    throw new DeviceError('device/lost', 'HeadModel: the graphics device is lost. Wait for the engine to restore it.');
  }

  /** Can pictures be taken at once? Not while the device is lost, see `restoreAsync`. */
  get canDraw(): boolean {
    return this.renderer !== null || (this.shared.alive && this.shared.device === null && this.fastRenderer !== null);
  }

  /** Of exact pictures; null while the device is lost, and on WebGL 2. */
  get renderer(): ExactRenderer | null {
    const renderer = this._renderer;
    return renderer?.device === this.shared.device ? renderer : null;
  }

  /** The renderer of the largest baked volumes; null until its kernels are compiled, which the first call begins. */
  get fastRenderer(): VolumeRenderer | null {
    return this.shared.fastRenderer(this.quality, levelSides[0]);
  }

  /** The renderer of volumes of a side; until it is compiled, which the first call begins, that of the largest. */
  fastRendererOf(side: LevelSide): VolumeRenderer | null {
    return this.shared.fastRenderer(this.quality, side) ?? this.fastRenderer;
  }

  /** Compiles the renderer for a device that came in place of a lost one. */
  async restoreAsync(): Promise<void> {
    if (!this.canDraw) this._renderer = await firstRendererAsync(this.shared, this.quality);
  }

  /**
   * The neutral face of a seed, the same as the command line's and as EG3D's.
   * @param seed whole number, 0 .. 2^32 - 1
   * @param truncationPsi 1: as drawn, 0: the mean face
   * @returns ws [numWs, wDim]
   */
  async latentOfSeedAsync(seed: number, truncationPsi = 1): Promise<Tensor> {
    const { layout, wAvg, base } = this.generator;
    const w = await this.generator.map(standardNormal(seed, layout.zDim), frontalCamera(base.config.camera));
    const ws = broadcastW(w, layout.numWs, wAvg, truncationPsi);
    return this.directions ? neutralize(ws, this.directions) : ws;
  }

  /** Lets go of the shared base; the last model to do so frees it. Dispose the heads first. */
  disposeAsync(): Promise<void> {
    this._lease.release();
    return this.shared.whenFreedAsync();
  }
}

/** Compiles what pictures need first. @returns the renderer of exact ones; null on WebGL 2 */
async function firstRendererAsync(model: BaseModel, quality: HeadQuality): Promise<ExactRenderer | null> {
  const renderer = await model.rendererAsync(quality);
  if (model.alive && !model.device) await model.fastRendererAsync(quality, levelSides[0]);
  return renderer;
}

/**
 * Loads a base's networks and compiles its renderer on an engine's device, or takes part in those that are there.
 * @throws DeviceError where the engine's graphics cannot draw heads; AssetError where the person belongs
 *   to another base
 */
export async function createHeadModelAsync(engine: AbstractEngine, options: HeadModelOptions): Promise<HeadModel> {
  expectGiven('createHeadModelAsync', 'engine', engine);
  expectGiven('createHeadModelAsync', 'options', options);
  expectGiven('createHeadModelAsync', 'base', options.base);
  const { base, directions, person, proxy } = options;
  const context = glContextOf(engine);
  const software = context ? isSoftwareContext(context) : isSoftwareDevice(deviceOf(engine));
  const quality = { ...defaultQuality(base, software), ...options.quality };
  if (options.wasmPaths !== undefined && !options.execution) {
    // It comes while shaders compile. What fails is told of by the networks.
    void fetchRuntime(options.wasmPaths, options.onRuntimeBytes);
  }
  const lease = acquireBaseModel(engine, base, options);
  const model = await lease.value;
  try {
    const prepared = person && model.generator?.prepare(person);
    // The network loads while kernels compile.
    model.generator?.warm(prepared);
    const renderer = await firstRendererAsync(model, quality);
    if (!model.generator) {
      throw new DeviceError('device/lost', 'createHeadModelAsync: the graphics device was lost meanwhile. Try again.');
    }
    const motion = person && proxy ? new PlaneMotion(base, proxy) : null;
    return new HeadModel(model, lease, prepared, directions ?? null, motion, quality, software, renderer);
  } catch (error) {
    lease.release();
    await model.whenFreedAsync();
    throw error;
  }
}
