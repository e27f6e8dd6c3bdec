import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Observable, type Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Base } from '../../runtime/checkpoint/base.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { webExecution } from '../../runtime/execution/web.js';
import { Generator } from '../../runtime/generator/generator.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { FastRenderer } from '../../runtime/render/gpu/fast/fastRenderer.js';
import { WorkingMemory } from '../../runtime/render/gpu/fast/workingMemory.js';
import { GpuRenderer } from '../../runtime/render/gpu/gpuRenderer.js';
import { PicturePainter } from '../../runtime/render/gpu/picturePainter.js';
import { PlaneTexels } from '../../runtime/render/gpu/planeTexels.js';
import { headExtent } from '../../runtime/render/headExtent.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { deviceOf, isSoftwareDevice } from './engineDevice.js';
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
   * Outputs may stay in buffers of the device that it is given.
   */
  readonly execution?: (device: GPUDevice) => Promise<Execution>;
}

export type Sampling = Pick<HeadQuality, 'depthResolution' | 'depthResolutionImportance'>;

/** What lives on a device and dies with it. */
interface Works {
  readonly device: GPUDevice;
  readonly generator: Generator;
  readonly painter: PicturePainter;
  /** Makes planes of a size; holds none itself. */
  readonly texels: PlaneTexels;
  readonly renderers: Map<string, Promise<GpuRenderer>>;
  /** null: being compiled, or not to be had. */
  readonly fastRenderers: Map<string, FastRenderer | null>;
  /** Of fast renderers of all levels. */
  readonly fastMemory: WorkingMemory;
  readonly freePlanes: PlaneTexels[];
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
  private _disposed = false;

  private constructor(
    readonly engine: AbstractEngine,
    readonly base: Base,
    private readonly _options: BaseModelOptions,
    works: Works,
  ) {
    this._works = works;
    this._observers = [
      engine.onContextLostObservable.add(() => (this._works = null)),
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

  get painter(): PicturePainter | null {
    return this._works?.painter ?? null;
  }

  get device(): GPUDevice | null {
    return this._works?.device ?? null;
  }

  /** The renderer with that sampling, compiled once. */
  async rendererAsync({ depthResolution, depthResolutionImportance }: Sampling): Promise<GpuRenderer | null> {
    const works = this._works;
    if (!works) return null;
    const key = `${depthResolution} ${depthResolutionImportance}`;
    let renderer = works.renderers.get(key);
    if (!renderer) {
      const { config } = this.base;
      const settings = this._settings({ depthResolution, depthResolutionImportance });
      renderer = GpuRenderer.create(works.device, decoderOf(this.base), planeProjection(config.planeAxes), settings);
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
  fastRenderer(sampling: Sampling, side: LevelSide): FastRenderer | null {
    const works = this._works;
    if (!works) return null;
    const key = `${sampling.depthResolution} ${side}`;
    const known = works.fastRenderers.get(key);
    if (known !== undefined) return known;
    works.fastRenderers.set(key, null);
    const { config } = this.base;
    const compiling = FastRenderer.create({
      device: works.device,
      decoder: decoderOf(this.base),
      projection: planeProjection(config.planeAxes),
      settings: this._settings(sampling),
      crop: headExtent(config).half,
      bake: { side },
      memory: works.fastMemory,
    });
    compiling.then(
      (renderer) => {
        if (this._works === works) works.fastRenderers.set(key, renderer);
        else renderer.dispose();
      },
      (error: unknown) => {
        if (this._works === works) this.onErrorObservable.notifyObservers(error);
      },
    );
    return null;
  }

  /** Memory for one head's planes; null while the device is lost. */
  takePlanes(): PlaneTexels | null {
    const works = this._works;
    return works && (works.freePlanes.pop() ?? works.texels.sibling());
  }

  /** Takes it back; the planes are gone. */
  givePlanes(planes: PlaneTexels): void {
    const free = this._works?.freePlanes;
    if (free && !this._disposed && free.length < keptPlanes) free.push(planes);
    else planes.dispose();
  }

  async disposeAsync(): Promise<void> {
    if (this._disposed) return;
    this._disposed = true;
    for (const observer of this._observers) observer.remove();
    this.onRestoredObservable.clear();
    const works = this._works;
    this._works = null;
    if (works) await disposeWorks(works);
  }

  private _settings(sampling: Sampling): RenderSettings {
    const { config } = this.base;
    // Super-resolution reads every feature, otherwise the first three are the image.
    const channels = config.superresolution ? networkLayout(this.base).featureChannels : 3;
    return renderSettings(config.rendering, channels, { ...sampling, whiteBack: false, minWeight });
  }

  /** The model may have been disposed, or the device lost once more, meanwhile. */
  private _wants({ device }: Works): boolean {
    return !this._disposed && deviceOf(this.engine) === device;
  }

  private async _restore(): Promise<void> {
    if (this._disposed) return;
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
  const device = deviceOf(engine);
  const { wasmPaths, networkOn = 'auto' } = options;
  const onGpu = networkOn === 'webgpu' || (networkOn === 'auto' && !isSoftwareDevice(device));
  const execution = await (options.execution?.(device) ??
    webExecution({ ...(onGpu ? { device } : {}), ...(wasmPaths === undefined ? {} : { wasmPaths }) }));
  const shares = execution.device !== null;
  const generator = new Generator(base, execution, {
    keepOnGpu: shares,
    capture: shares,
    onNotice: (message) => Logger.Warn(message),
  });
  return {
    device,
    generator,
    painter: await PicturePainter.create(device),
    texels: await PlaneTexels.create(device, generator.layout.planeChannels),
    renderers: new Map(),
    fastRenderers: new Map(),
    fastMemory: new WorkingMemory(device),
    freePlanes: [],
  };
}

async function disposeWorks({
  generator,
  painter,
  renderers,
  fastRenderers,
  fastMemory,
  freePlanes,
}: Works): Promise<void> {
  painter.dispose();
  for (const renderer of fastRenderers.values()) renderer?.dispose();
  fastRenderers.clear();
  fastMemory.dispose();
  for (const planes of freePlanes) planes.dispose();
  const made = await Promise.allSettled(renderers.values());
  for (const renderer of made) if (renderer.status === 'fulfilled') renderer.value.dispose();
  // A session on a device that is gone may refuse.
  await generator.dispose().catch(() => undefined);
}
