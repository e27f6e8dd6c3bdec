import { HeadError, ShapeError } from '../../core/errors.js';
import { zeroDecoderGradients, type DecoderGradients, type ViewGradients } from '../backward/gradients.js';
import type { RenderSettings } from '../settings.js';
import type { Decoder, PlaneProjection } from '../volume.js';
import { backwardUses, bindUses, usesLayout, type BackwardKernelName, type Slot } from './bindings.js';
import { readFloats, storageBuffer } from './buffers.js';
import { GpuRenderer, kernelConstants, type Kernel, type RendererParts } from './gpuRenderer.js';
import { paramsBytes } from './params.js';
import { computePipeline } from './shaderModule.js';
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
 * A renderer that also goes back: from gradients of a view to gradients of planes and rays. Nothing of the forward pass is
 * stored: densities and colours are evaluated again, tile by tile. Depths of samples are constants, as in the original.
 * Kernels: shaders/backward. Twin: runtime/render/backward/renderBackward.ts.
 */
export class TrainableRenderer extends GpuRenderer {
  private _backwardBindings: Map<Kernel, GPUBindGroup> | null = null;
  private _boundTexels: GPUBuffer | null = null;
  private _planesOut: GPUBuffer | null = null;

  protected constructor(
    parts: RendererParts,
    private readonly _backwardKernels: BackwardKernels,
    private readonly _unpack: TexelKernel,
  ) {
    super(parts);
  }

  static override async create(
    device: GPUDevice,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
  ): Promise<TrainableRenderer> {
    const parts = await GpuRenderer.compile(device, decoder, projection, settings);
    const constants = kernelConstants(decoder, settings);
    const kernel = async (name: BackwardKernelName): Promise<Kernel> => {
      const layout = usesLayout(device, name, backwardUses[name]);
      return { layout, pipeline: await computePipeline(device, `backward/${name}`, constants, layout) };
    };
    const kernels: BackwardKernels = {
      colorDots: await kernel('colorDots'),
      marchBackward: await kernel('marchBackward'),
      points: await kernel('points'),
      rayGradients: await kernel('rayGradients'),
      decoderGradients: await kernel('decoderGradients'),
    };
    const unpack = await TexelKernel.create(device, 'backward/unpackPlanes', constants);
    return new TrainableRenderer(parts, kernels, unpack);
  }

  /**
   * Gradients of the view rendered last. Submits only; nothing is awaited.
   * @throws HeadError before a view was rendered, ShapeError for gradients of another size
   */
  backward(gradients: ViewGradients, { decoder = false }: BackwardOptions = {}): GpuGradients {
    const { rayCount } = this._tiling;
    if (rayCount === 0) throw new HeadError('render/backward', 'TrainableRenderer.backward: render a view first.');
    this._upload(gradients, rayCount);
    this._bindBackward();
    const { queue } = this.device;
    const texelGradients = this._own.get('planeGradients')!;
    const byDecoder = this._own.get('decoderGradients')!;
    const clear = this.device.createCommandEncoder();
    clear.clearBuffer(texelGradients);
    clear.clearBuffer(byDecoder);
    queue.submit([clear.finish()]);
    const samples = this.settings.depthResolution + this.settings.depthResolutionImportance;
    const { colorDots, marchBackward, points, rayGradients, decoderGradients } = this._backwardKernels;
    this._eachTile((pass, offset, groups) => {
      // The forward pass kept the densities of its last tile only.
      this._density(pass, offset, groups);
      this._run(pass, colorDots, offset, groups, samples);
      this._run(pass, marchBackward, offset, groups, 1);
      this._run(pass, points, offset, groups, samples);
      this._run(pass, rayGradients, offset, groups, 1);
      // Its workgroups are half as wide.
      if (decoder) this._run(pass, decoderGradients, offset, 2 * groups, samples);
    });
    const { width, height } = this._texels.size;
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
    const { width, height } = this._texels.size;
    const planes = await readFloats(this.device, gradients.planes, 3 * this._decoder.channels * width * height);
    const rays = await readFloats(this.device, gradients.rays, gradients.rayCount * 8);
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
    const values = await readFloats(this.device, decoder, count);
    const into = zeroDecoderGradients(this._decoder);
    for (let h = 0; h < hidden; h++) {
      into.w1.set(values.subarray(h * row, h * row + channels), h * channels);
      into.b1[h] = values[h * row + inputs]!;
      for (let o = 0; o < outputs; o++) into.w2[o * hidden + h] = values[h * row + inputs + 1 + o]!;
    }
    into.b2.set(values.subarray(hidden * row, hidden * row + outputs));
    return into;
  }

  override dispose(): void {
    super.dispose();
    this._planesOut?.destroy();
    this._planesOut = null;
  }

  protected override _floatsPerRay(): { samples: number; most: number } {
    const { samples } = super._floatsPerRay();
    const { depthResolution, depthResolutionImportance } = this.settings;
    return { samples, most: trackCount * (depthResolution + depthResolutionImportance) };
  }

  protected override _resized(): void {
    super._resized();
    const { rays, tileRays } = this._capacity;
    const remedy = 'Render fewer rays at a time.';
    this._replace('tracks', tileRays * this._floatsPerRay().most * 4, remedy);
    this._replace('viewGradients', rays * (this.settings.channels + 2) * 4, remedy);
    this._replace('rayGradients', rays * 32, remedy);
    this._replace('decoderGradients', this._decoderRow().count * 4, remedy);
    this._backwardBindings = null;
  }

  private _decoderRow(): { row: number; inputs: number; outputs: number; count: number } {
    const inputs = 4 * Math.ceil(this._decoder.channels / 4);
    const outputs = 1 + this.settings.channels;
    const row = inputs + 1 + outputs;
    return { row, inputs, outputs, count: this._decoder.hidden * row + outputs };
  }

  private _replace(slot: Slot, bytes: number, remedy: string): void {
    this._own.get(slot)?.destroy();
    this._own.set(slot, storageBuffer(this.device, slot, bytes, remedy));
  }

  private _upload({ features, depth, alpha }: ViewGradients, rayCount: number): void {
    const { channels } = this.settings;
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
    this.device.queue.writeBuffer(this._own.get('viewGradients')!, 0, all);
  }

  private _bindBackward(): void {
    const planes = this._planes();
    if (this._backwardBindings && this._boundTexels === planes) return;
    if (this._boundTexels !== planes) {
      this._replace('planeGradients', planes.size, 'The planes are too large for this device.');
      this._planesOut?.destroy();
      this._planesOut = storageBuffer(this.device, 'gradients of planes', planes.size, 'The planes are too large.');
      this._boundTexels = planes;
    }
    const buffers = { ...(Object.fromEntries(this._own) as Partial<Record<Slot, GPUBuffer>>), planes };
    this._backwardBindings = new Map();
    for (const [name, kernel] of Object.entries(this._backwardKernels) as [BackwardKernelName, Kernel][]) {
      const group = bindUses(this.device, name, backwardUses[name], kernel.layout, buffers, paramsBytes);
      this._backwardBindings.set(kernel, group);
    }
  }

  private _run(pass: GPUComputePassEncoder, kernel: Kernel, offset: number, x: number, y: number): void {
    this._dispatch(pass, kernel, offset, x, y, this._backwardBindings);
  }
}
