import { HeadError, ShapeError } from '../../core/errors.js';
import { unpackPlanes } from '../../../shaders/backward/unpackPlanes.wgsl.generated.js';
import { zeroDecoderGradients, type DecoderGradients, type ViewGradients } from '../backward/gradients.js';
import type { RenderSettings } from '../settings.js';
import type { Decoder, PlaneProjection } from '../volume.js';
import { backwardShaders } from './backwardShaders.js';
import { backwardUses, type BackwardKernelName, type Slot } from './bindings.js';
import { readFloats, storageBuffer } from './buffers.js';
import { GpuRenderer } from './gpuRenderer.js';
import { bindKernels, compileKernel, dispatch, kernelConstants, type Bindings, type Kernel } from './kernels.js';
import { TexelKernel } from './texelKernel.js';

type BackwardKernels = Readonly<Record<BackwardKernelName, Kernel>>;

/** Numbers a sample in the tracks buffer; layout twin: shaders/include/tracks.wgsl. */
const trackCount = 6;

/** Gradients on the GPU; the buffers belong to the renderer and hold until its next `backward`. */
export interface GpuGradients {
  readonly rayCount: number;
  /** f32 [3 C, H, W] */
  readonly planes: GPUBuffer;
  /** vec4f [R][2]: by each ray's origin and by its unit direction */
  readonly rays: GPUBuffer;
  /** f32, see shaders/backward/decoderGradients; null unless asked for */
  readonly decoder: GPUBuffer | null;
}

/** What `backward` computes beside planes and rays. */
export interface BackwardOptions {
  /** Gradients of the decoder too, for training all weights. Default false. */
  readonly decoder?: boolean;
}

/**
 * Goes back from gradients of a view to gradients of planes and rays. Nothing of the forward pass is stored: densities and
 * colours are evaluated again, tile by tile. Depths of samples are constants, as in the original.
 * Kernels: shaders/backward. Twin: runtime/render/backward/renderBackward.ts.
 */
export class TrainableRenderer {
  private readonly _own = new Map<Slot, GPUBuffer>();
  private _bindings: Bindings = new Map();
  private _boundVersion = 0;
  private _boundPlanes: GPUBuffer | null = null;
  private _planesOut: GPUBuffer | null = null;

  private constructor(
    /** Renders the views; gradients are those of its last one. */
    readonly view: GpuRenderer,
    private readonly _decoder: Decoder,
    private readonly _kernels: BackwardKernels,
    private readonly _unpack: TexelKernel,
  ) {}

  /**
   * Compiles the kernels, all at a time.
   * @throws DeviceError where the device is too small for them
   */
  static async create(
    device: GPUDevice,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
  ): Promise<TrainableRenderer> {
    const constants = kernelConstants(decoder, settings, 'float');
    const kernel = (name: BackwardKernelName): Promise<Kernel> =>
      compileKernel(device, backwardShaders[name], backwardUses[name], constants);
    const [view, colorDots, marchBackward, points, rayGradients, decoderGradients, unpack] = await Promise.all([
      GpuRenderer.create(device, decoder, projection, settings, tracksPerRay(settings)),
      kernel('colorDots'),
      kernel('marchBackward'),
      kernel('points'),
      kernel('rayGradients'),
      kernel('decoderGradients'),
      TexelKernel.create(device, unpackPlanes, constants),
    ]);
    const kernels = { colorDots, marchBackward, points, rayGradients, decoderGradients };
    return new TrainableRenderer(view, decoder, kernels, unpack);
  }

  /**
   * Gradients of the view rendered last. Submits only; nothing is awaited.
   * @throws HeadError before a view was rendered, ShapeError for gradients of another size
   */
  backward(gradients: ViewGradients, { decoder = false }: BackwardOptions = {}): GpuGradients {
    const { view } = this;
    const { workspace, settings } = view;
    const { device } = workspace;
    const { rayCount } = workspace.tiling;
    if (rayCount === 0) throw new HeadError('render/backward', 'TrainableRenderer.backward: render a view first.');
    const uploaded = viewGradientsOf(gradients, rayCount, settings.channels);
    this._bind();
    device.queue.writeBuffer(this._own.get('viewGradients')!, 0, uploaded);
    const texelGradients = this._own.get('planeGradients')!;
    const byDecoder = this._own.get('decoderGradients')!;
    const clear = device.createCommandEncoder();
    clear.clearBuffer(texelGradients);
    clear.clearBuffer(byDecoder);
    device.queue.submit([clear.finish()]);
    const samples = settings.depthResolution + settings.depthResolutionImportance;
    const { colorDots, marchBackward, points, rayGradients, decoderGradients } = this._kernels;
    workspace.eachTile((pass, offset, groups) => {
      const run = (kernel: Kernel, x: number, y: number): void => dispatch(pass, this._bindings, kernel, offset, x, y);
      view.density(pass, offset, groups);
      run(colorDots, groups, samples);
      run(marchBackward, groups, 1);
      run(points, groups, samples);
      run(rayGradients, groups, 1);
      // Its workgroups are half as wide.
      if (decoder) run(decoderGradients, 2 * groups, samples);
    });
    const { width, height } = view.planes.size;
    const { channels } = this._decoder;
    this._unpack.run(texelGradients, this._planesOut!, width * height, channels, 3 * channels);
    return {
      rayCount,
      planes: this._planesOut!,
      rays: this._own.get('rayGradients')!,
      decoder: decoder ? byDecoder : null,
    };
  }

  /** Copies gradients to the CPU: planes [3, C, H, W], origins and directions [R, 3]. */
  async readGradients(
    gradients: GpuGradients,
  ): Promise<Readonly<Record<'planes' | 'origins' | 'directions', Float32Array>>> {
    const { device } = this.view;
    const { width, height } = this.view.planes.size;
    const planes = await readFloats(device, gradients.planes, 3 * this._decoder.channels * width * height);
    const rays = await readFloats(device, gradients.rays, gradients.rayCount * 8);
    const part = (first: number): Float32Array =>
      Float32Array.from({ length: gradients.rayCount * 3 }, (_, i) => rays[Math.floor(i / 3) * 8 + first + (i % 3)]!);
    return { planes, origins: part(0), directions: part(4) };
  }

  /**
   * Copies the decoder's gradients to the CPU, by its numbers as `Decoder` holds them; 0 for colours not rendered.
   * @throws HeadError where `backward` was not asked for them
   */
  async readDecoderGradients({ decoder }: GpuGradients): Promise<DecoderGradients> {
    if (!decoder) {
      throw new HeadError('render/backward', 'readDecoderGradients: call backward with { decoder: true } first.');
    }
    const { channels, hidden } = this._decoder;
    const { row, inputs, outputs, count } = this._decoderRow();
    const values = await readFloats(this.view.device, decoder, count);
    const into = zeroDecoderGradients(this._decoder);
    for (let h = 0; h < hidden; h++) {
      into.w1.set(values.subarray(h * row, h * row + channels), h * channels);
      into.b1[h] = values[h * row + inputs]!;
      for (let o = 0; o < outputs; o++) into.w2[o * hidden + h] = values[h * row + inputs + 1 + o]!;
    }
    into.b2.set(values.subarray(hidden * row, hidden * row + outputs));
    return into;
  }

  dispose(): void {
    this.view.dispose();
    for (const buffer of this._own.values()) buffer.destroy();
    this._own.clear();
    this._planesOut?.destroy();
    this._planesOut = null;
  }

  private _decoderRow(): { row: number; inputs: number; outputs: number; count: number } {
    const inputs = 4 * Math.ceil(this._decoder.channels / 4);
    const outputs = 1 + this.view.settings.channels;
    const row = inputs + 1 + outputs;
    return { row, inputs, outputs, count: this._decoder.hidden * row + outputs };
  }

  private _replace(slot: Slot, bytes: number, remedy: string): void {
    this._own.get(slot)?.destroy();
    this._own.set(slot, storageBuffer(this.view.device, slot, bytes, remedy));
  }

  private _bind(): void {
    const { workspace, settings } = this.view;
    const { buffer: planes } = this.view.planes;
    const { version, capacity, device } = workspace;
    if (version === this._boundVersion && planes === this._boundPlanes) return;
    if (version !== this._boundVersion) {
      const { rays, tileRays } = capacity;
      const remedy = 'Render fewer rays at a time.';
      this._replace('tracks', tileRays * tracksPerRay(settings) * 4, remedy);
      this._replace('viewGradients', rays * (settings.channels + 2) * 4, remedy);
      this._replace('rayGradients', rays * 32, remedy);
      this._replace('decoderGradients', this._decoderRow().count * 4, remedy);
    }
    if (planes !== this._boundPlanes) {
      this._replace('planeGradients', planes.size, 'The planes are too large for this device.');
      this._planesOut?.destroy();
      this._planesOut = storageBuffer(device, 'gradients of planes', planes.size, 'The planes are too large.');
    }
    const buffers = Object.fromEntries([...workspace.buffers, ...this._own]) as Partial<Record<Slot, GPUBuffer>>;
    this._bindings = bindKernels(device, Object.values(this._kernels), { ...buffers, planes });
    this._boundVersion = version;
    this._boundPlanes = planes;
  }
}

const tracksPerRay = ({ depthResolution, depthResolutionImportance }: RenderSettings): number =>
  trackCount * (depthResolution + depthResolutionImportance);

/**
 * Features, depth and alpha one after the other.
 * @throws ShapeError for gradients of another size
 */
function viewGradientsOf(
  { features, depth, alpha }: ViewGradients,
  rayCount: number,
  channels: number,
): Float32Array<ArrayBuffer> {
  for (const [name, values, expected] of [
    ['features', features, channels * rayCount],
    ['depth', depth, rayCount],
    ['alpha', alpha, rayCount],
  ] as const) {
    if (values && values.length !== expected) {
      throw new ShapeError(
        'render/gradients',
        `TrainableRenderer.backward: ${name}: expected ${expected} numbers, got ${values.length}.`,
      );
    }
  }
  const all = new Float32Array(rayCount * (channels + 2));
  all.set(features);
  if (depth) all.set(depth, channels * rayCount);
  if (alpha) all.set(alpha, (channels + 1) * rayCount);
  return all;
}
