import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import type { Base } from '../../runtime/checkpoint/base.js';
import type { PersonFile } from '../../runtime/checkpoint/person.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { webExecution } from '../../runtime/execution/web.js';
import { Generator } from '../../runtime/generator/generator.js';
import { neutralize, type Directions } from '../../runtime/latent/directions.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import { GpuRenderer } from '../../runtime/render/gpu/gpuRenderer.js';
import { renderSettings } from '../../runtime/render/settings.js';
import { decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { deviceOf, isSoftwareDevice } from './engineDevice.js';
import { LatestTask } from './latestTask.js';
import { defaultQuality, type HeadQuality } from './quality.js';

export interface HeadModelOptions {
  readonly base: Base;
  /** What the base's latents can be moved along; absent: expressions cannot be set. */
  readonly directions?: Directions;
  /** The person whose LoRA factors run beside the base. */
  readonly person?: PersonFile;
  /** Folder, with a slash at the end, that serves ONNX Runtime's .wasm and .mjs files. */
  readonly wasmPaths?: string;
  /** Where the network runs; `auto`: on the engine's device, in wasm where that device is software. */
  readonly networkOn?: 'auto' | 'webgpu' | 'wasm';
  /** Changes to what suits the device. */
  readonly quality?: Partial<HeadQuality>;
}

/** Less than this share of a pixel is not worth a colour: invisible in 8 bits, several times faster. */
const minWeight = 1e-4;

/** One base, and perhaps a person, at work on an engine's device: latents in, planes kept on the GPU, ready to render. */
export class HeadModel {
  private _version = 0;
  private readonly _planes = new LatestTask<Tensor>((ws) => this._run(ws));

  /** @internal Use `createHeadModelAsync`. */
  constructor(
    readonly generator: Generator,
    readonly renderer: GpuRenderer,
    readonly directions: Directions | null,
    readonly quality: HeadQuality,
    /** Is the graphics device played by the processor? */
    readonly software: boolean,
  ) {}

  get base(): Base {
    return this.generator.base;
  }

  /** Counts the planes that were set; 0 before the first. */
  get version(): number {
    return this._version;
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

  /**
   * Runs the backbone and gives its planes to the renderer. While it runs, only the newest request is kept.
   * @param ws [numWs, wDim]
   */
  setWsAsync(ws: Tensor): Promise<void> {
    return this._planes.run(ws);
  }

  /** Does the network run, or a request wait for it? */
  get busy(): boolean {
    return this._planes.busy;
  }

  /** Settles when no request waits. */
  whenSettledAsync(): Promise<void> {
    return this._planes.settled();
  }

  async disposeAsync(): Promise<void> {
    await this._planes.settled().catch(() => undefined);
    this.renderer.dispose();
    await this.generator.dispose();
  }

  private async _run(ws: Tensor): Promise<void> {
    const planes = await this.generator.planes(ws);
    const { dims } = planes;
    // In GPU memory the planes never leave it: the renderer's copy is queued before the release.
    this.renderer.setPlanes(planes.buffer ? { buffer: planes.buffer, dims } : { data: planes.data!, dims });
    planes.release();
    this._version++;
  }
}

/**
 * Loads a base's networks and compiles its renderer on an engine's device.
 * @throws DeviceError where the engine is not WebGPU's, or its device too small; AssetError where the person belongs
 *   to another base
 */
export async function createHeadModelAsync(engine: AbstractEngine, options: HeadModelOptions): Promise<HeadModel> {
  const { base, directions, person, wasmPaths, networkOn = 'auto' } = options;
  const device = deviceOf(engine);
  const software = isSoftwareDevice(device);
  const quality = { ...defaultQuality(base, software), ...options.quality };
  const onGpu = networkOn === 'webgpu' || (networkOn === 'auto' && !software);
  const execution = await webExecution({
    ...(onGpu ? { device } : {}),
    ...(wasmPaths === undefined ? {} : { wasmPaths }),
  });
  const generator = new Generator(base, execution, { keepOnGpu: onGpu, ...(person ? { person } : {}) });
  const { depthResolution, depthResolutionImportance } = quality;
  const settings = renderSettings(base.config.rendering, 3, {
    depthResolution,
    depthResolutionImportance,
    whiteBack: false,
    minWeight,
  });
  const projection = planeProjection(base.config.planeAxes);
  const renderer = await GpuRenderer.create(device, decoderOf(base), projection, settings);
  return new HeadModel(generator, renderer, directions ?? null, quality, software);
}
