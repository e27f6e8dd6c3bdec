import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { DeviceError } from '../../runtime/core/errors.js';
import { webExecution } from '../../runtime/execution/web.js';
import { workerExecution } from '../../runtime/execution/workerExecution.js';
import { Generator } from '../../runtime/generator/generator.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { deviceOf, isSoftwareDevice } from './engineDevice.js';
import { glContextOf } from './glEngine.js';
import { GlGraphics } from './glGraphics.js';
import { GpuGraphics } from './gpuGraphics.js';
import type { ExactPainter, ExactRenderer, FacePlanes, Graphics, VolumeRenderer } from './graphics.js';
import type { LevelSide } from './headLevel.js';
import type { HeadQuality } from './quality.js';

export interface BaseModelOptions {
  /**
   * Folder that serves ONNX Runtime's .wasm and .mjs files, or the address of the .wasm alone as a bundler gives it, relative to
   * the page; loading progress counts its bytes. Absent: where the bundler put them; plain scripts need it.
   */
  readonly wasmPaths?: string;
  /** Where the network runs; `auto`: on the engine's device, in wasm where that device is software. */
  readonly networkOn?: 'auto' | 'webgpu' | 'wasm';
  /**
   * What runs the networks, in place of ONNX Runtime for the web. Called again with the new device after a lost one.
   * Outputs may stay in buffers of the device that it is given; on WebGL 2 that is null, and outputs are numbers.
   */
  readonly execution?: (device: GPUDevice | null) => Promise<Execution>;
}

export type Sampling = Pick<HeadQuality, 'depthResolution' | 'depthResolutionImportance'>;

/** What lives on a device and dies with it. */
interface Works {
  readonly graphics: Graphics;
  readonly generator: Generator;
  readonly renderers: Map<string, Promise<ExactRenderer | null>>;
  /** null: being compiled, or not to be had. */
  readonly volumeRenderers: Map<string, VolumeRenderer | null>;
  readonly freePlanes: FacePlanes[];
}

/** Less than this share of a pixel is not worth a colour: invisible in 8 bits, several times faster. */
const minWeight = 1e-4;
/** Planes kept for the next head that comes into view. */
const keptPlanes = 1;

/**
 * One base at work on an engine's device, for all heads and people of that engine: the networks' session, the renderer's
 * kernels and working memory, and the memory for planes. Made anew, in place, when the engine gets a new device.
 */
export class BaseModel {
  /** Planes and pictures are lost, and can be made again. */
  readonly onRestoredObservable = new Observable<BaseModel>();
  readonly onErrorObservable = new Observable<unknown>();
  private _works: Works | null;
  private readonly _observers: Observer<AbstractEngine>[];
  private _disposing: Promise<void> | null = null;

  private constructor(
    readonly engine: AbstractEngine,
    readonly base: Base,
    private readonly _options: BaseModelOptions,
    works: Works,
  ) {
    this._works = works;
    this._observers = [
      engine.onContextLostObservable.add(() => this._lose()),
      engine.onContextRestoredObservable.add(() => void this._restore()),
      engine.onDisposeObservable.add(() => void this.disposeAsync()),
    ];
  }

  /** @throws DeviceError where the engine is not WebGPU's, or its device too small */
  static async createAsync(engine: AbstractEngine, base: Base, options: BaseModelOptions): Promise<BaseModel> {
    return new BaseModel(engine, base, options, await makeWorks(engine, base, options));
  }

  /** null while the device is lost. */
  get generator(): Generator | null {
    return this._works?.generator ?? null;
  }

  /** Of exact pictures; null where there are none, or while the device is lost. */
  get painter(): ExactPainter | null {
    return this._works?.graphics.painter ?? null;
  }

  /** null on WebGL 2, or while the device is lost. */
  get device(): GPUDevice | null {
    return this._works?.graphics.device ?? null;
  }

  /** Is there a device to draw with? */
  get alive(): boolean {
    return this._works !== null;
  }

  /** Settles when the device is through with what it was told so far. */
  async done(): Promise<void> {
    await this._works?.graphics.done();
  }

  /** The renderer of exact pictures with that sampling, compiled once; null where there are none. */
  async rendererAsync({ depthResolution, depthResolutionImportance }: Sampling): Promise<ExactRenderer | null> {
    const works = this._works;
    if (!works) return null;
    const key = `${depthResolution} ${depthResolutionImportance}`;
    let renderer = works.renderers.get(key);
    if (!renderer) {
      renderer = works.graphics.exactAsync(this._settings({ depthResolution, depthResolutionImportance }));
      works.renderers.set(key, renderer);
      renderer.catch(() => works.renderers.delete(key));
    }
    return renderer;
  }

  /**
   * The renderer of baked volumes that stands for the one with that sampling. Null until it is compiled, which the first
   * call begins, and for good where the device cannot have it, of which `onErrorObservable` tells.
   * @param side of the volume, voxels
   */
  fastRenderer(sampling: Sampling, side: LevelSide): VolumeRenderer | null {
    const works = this._works;
    if (!works) return null;
    const key = `${sampling.depthResolution} ${side}`;
    const known = works.volumeRenderers.get(key);
    if (known !== undefined) return known;
    this.fastRendererAsync(sampling, side).catch((error: unknown) => {
      if (this._works === works) this.onErrorObservable.notifyObservers(error);
    });
    return null;
  }

  /**
   * Compiles that renderer.
   * @throws DeviceError where the device cannot have it
   */
  async fastRendererAsync(sampling: Sampling, side: LevelSide): Promise<void> {
    const works = this._works;
    if (!works) return;
    const key = `${sampling.depthResolution} ${side}`;
    // Other heads may be drawn by it already.
    if (!works.volumeRenderers.has(key)) works.volumeRenderers.set(key, null);
    const renderer = await works.graphics.volumesAsync(this._settings(sampling), side);
    if (this._works === works) works.volumeRenderers.set(key, renderer);
    else renderer.dispose();
  }

  /** Memory for one head's planes; null while the device is lost. */
  takePlanes(): FacePlanes | null {
    const works = this._works;
    return works && (works.freePlanes.pop() ?? works.graphics.createPlanes());
  }

  /** Takes it back; the planes are gone. */
  givePlanes(planes: FacePlanes): void {
    const free = this._works?.freePlanes;
    if (free && !this._disposing && free.length < keptPlanes) free.push(planes);
    else planes.dispose();
  }

  disposeAsync(): Promise<void> {
    return (this._disposing ??= this._disposeAsync());
  }

  /** Settles when its memory is free where it is being disposed, else at once. */
  whenFreedAsync(): Promise<void> {
    return this._disposing ?? Promise.resolve();
  }

  private _settings(sampling: Sampling): RenderSettings {
    const { config } = this.base;
    // Super-resolution reads every feature, otherwise the first three are the image.
    const channels = config.superresolution ? networkLayout(this.base).featureChannels : 3;
    return renderSettings(config.rendering, channels, { ...sampling, whiteBack: false, minWeight });
  }

  private async _disposeAsync(): Promise<void> {
    for (const observer of this._observers) observer.remove();
    this.onRestoredObservable.clear();
    const works = this._works;
    this._works = null;
    if (works) await disposeWorks(works);
  }

  /** The model may have been disposed, or the device lost once more, meanwhile. */
  private _wants({ graphics }: Works): boolean {
    return !this._disposing && graphics.isOf(this.engine);
  }

  private _lose(): void {
    const works = this._works;
    this._works = null;
    // Networks beside the page live on, with all their memory; those of a lost device are gone with it.
    if (works?.generator.execution.beside) void works.generator.dispose().catch(() => undefined);
  }

  private async _restore(): Promise<void> {
    if (this._disposing) return;
    try {
      const works = await makeWorks(this.engine, this.base, this._options);
      if (this._wants(works)) {
        this._works = works;
        this.onRestoredObservable.notifyObservers(this);
      } else {
        await disposeWorks(works);
      }
    } catch (error) {
      this.onErrorObservable.notifyObservers(error);
    }
  }
}

async function makeWorks(engine: AbstractEngine, base: Base, options: BaseModelOptions): Promise<Works> {
  const context = glContextOf(engine);
  const device = context ? null : deviceOf(engine);
  // First: what runs the networks comes meanwhile, and is not begun for a base that cannot be drawn.
  const graphics = await (context
    ? GlGraphics.createAsync(context, base)
    : GpuGraphics.createAsync(device!, base, networkLayout(base).planeChannels));
  try {
    const execution = await (options.execution?.(device) ?? usualExecution(device, options));
    const shares = execution.device !== null;
    const generator = new Generator(base, execution, {
      keepOnGpu: shares,
      capture: shares,
      onNotice: (message) => Logger.Warn(message),
    });
    return { graphics, generator, renderers: new Map(), volumeRenderers: new Map(), freePlanes: [] };
  } catch (error) {
    graphics.dispose();
    throw error;
  }
}

/** @param device of the engine; null: it is WebGL's */
function usualExecution(
  device: GPUDevice | null,
  { wasmPaths, networkOn = 'auto' }: BaseModelOptions,
): Promise<Execution> {
  const paths = wasmPaths === undefined ? {} : { wasmPaths };
  if (!device) return besideThePage(paths);
  const onDevice = networkOn === 'webgpu' || (networkOn === 'auto' && !isSoftwareDevice(device));
  return webExecution({ ...(onDevice ? { device } : {}), ...paths });
}

/** A worker, so that no run holds the page up; in the page where none can be had, as from a script of another origin. */
async function besideThePage(paths: Pick<BaseModelOptions, 'wasmPaths'>): Promise<Execution> {
  try {
    return await workerExecution(paths);
  } catch (error) {
    if (!(error instanceof DeviceError) || error.code !== 'network/worker') throw error;
    Logger.Warn(`Networks run in the page, which stops for each run. ${error.message}`);
    return webExecution(paths);
  }
}

async function disposeWorks({ graphics, generator, renderers, volumeRenderers, freePlanes }: Works): Promise<void> {
  for (const renderer of volumeRenderers.values()) renderer?.dispose();
  volumeRenderers.clear();
  for (const planes of freePlanes) planes.dispose();
  const made = await Promise.allSettled(renderers.values());
  for (const renderer of made) if (renderer.status === 'fulfilled') renderer.value?.dispose();
  graphics.dispose();
  // A session on a device that is gone may refuse.
  await generator.dispose().catch(() => undefined);
}
