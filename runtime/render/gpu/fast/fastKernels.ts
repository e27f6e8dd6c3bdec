import type { RenderSettings } from '../../settings.js';
import type { Decoder } from '../../volume.js';
import { kernelConstants } from '../kernels.js';
import type { PlaneFormat } from '../planeFormat.js';
import type { BakeSettings } from '../../fast/bakeSettings.js';
import { bricksAcross } from '../../fast/occupancy.js';
import { computePipeline, type ShaderConstants } from '../shaderModule.js';
import { fastShaders } from './fastShaders.js';

/** Number and kind of every binding of shaders/fast. */
export const fastSlots = {
  params: [0, { buffer: { type: 'uniform' } }],
  distances: [1, { buffer: { type: 'read-only-storage' } }],
  voxels: [2, { texture: { sampleType: 'float', viewDimension: '3d' } }],
  linear: [3, { sampler: { type: 'filtering' } }],
  planes: [4, { buffer: { type: 'read-only-storage' } }],
  decoder: [5, { buffer: { type: 'read-only-storage' } }],
  folded: [6, { buffer: { type: 'read-only-storage' } }],
  foldedOut: [6, { buffer: { type: 'storage' } }],
  cells: [7, { buffer: { type: 'read-only-storage' } }],
  cellsOut: [7, { buffer: { type: 'storage' } }],
  bricks: [8, { buffer: { type: 'read-only-storage' } }],
  bricksOut: [8, { buffer: { type: 'storage' } }],
  list: [9, { buffer: { type: 'read-only-storage' } }],
  listOut: [9, { buffer: { type: 'storage' } }],
  view: [10, { buffer: { type: 'read-only-storage' } }],
  viewOut: [10, { buffer: { type: 'storage' } }],
  surface: [11, { buffer: { type: 'read-only-storage' } }],
  surfaceOut: [11, { buffer: { type: 'storage' } }],
  color: [12, { storageTexture: { access: 'write-only', format: 'rgba8unorm' } }],
  depth: [13, { storageTexture: { access: 'write-only', format: 'rg32float' } }],
  voxelsOut: [14, { storageTexture: { access: 'write-only', format: 'rgba8unorm', viewDimension: '3d' } }],
  distancesOut: [15, { buffer: { type: 'storage' } }],
} as const satisfies Record<string, readonly [number, Partial<GPUBindGroupLayoutEntry>]>;

export type FastSlot = keyof typeof fastSlots;

/** Kernels in the order in which they run, and what each binds. */
export const fastUses = {
  foldPlanes: ['params', 'planes', 'decoder', 'foldedOut'],
  cells: ['params', 'decoder', 'folded', 'cellsOut'],
  band: ['cells', 'bricksOut', 'listOut'],
  bake: ['params', 'decoder', 'folded', 'list', 'voxelsOut'],
  distances: ['bricks', 'distances', 'distancesOut'],
  march: ['params', 'distances', 'voxels', 'linear', 'viewOut', 'surfaceOut'],
  edges: ['params', 'listOut', 'view', 'surface', 'color', 'depth'],
  refine: ['params', 'distances', 'voxels', 'linear', 'planes', 'decoder', 'list', 'color', 'depth'],
} as const satisfies Record<string, readonly FastSlot[]>;

export type FastKernelName = keyof typeof fastUses;

/** What kernels are bound to, by slot. */
export type FastResources = Readonly<Partial<Record<FastSlot, GPUBindingResource>>>;

/** One kernel of shaders/fast. */
export class FastKernel {
  private constructor(
    private readonly _device: GPUDevice,
    private readonly _name: FastKernelName,
    private readonly _pipeline: GPUComputePipeline,
    private readonly _layout: GPUBindGroupLayout,
  ) {}

  static async create(
    device: GPUDevice,
    name: FastKernelName,
    constants: ShaderConstants,
    overrides: Record<string, number> = {},
  ): Promise<FastKernel> {
    const layout = device.createBindGroupLayout({
      label: `fast/${name}`,
      entries: fastUses[name].map((slot) => ({
        binding: fastSlots[slot][0],
        visibility: GPUShaderStage.COMPUTE,
        ...fastSlots[slot][1],
      })),
    });
    const pipeline = await computePipeline(device, fastShaders[name], constants, layout, overrides);
    return new FastKernel(device, name, pipeline, layout);
  }

  /** @param groups workgroups, or where an earlier kernel wrote their number */
  dispatch(
    pass: GPUComputePassEncoder,
    resources: FastResources,
    groups: readonly [number, number?, number?] | GPUBuffer,
  ): void {
    const bindGroup = this._device.createBindGroup({
      label: `fast/${this._name}`,
      layout: this._layout,
      entries: fastUses[this._name].map((slot: FastSlot) => ({
        binding: fastSlots[slot][0],
        resource: resources[slot]!,
      })),
    });
    pass.setPipeline(this._pipeline);
    pass.setBindGroup(0, bindGroup);
    if ('usage' in groups) pass.dispatchWorkgroupsIndirect(groups, 0);
    else pass.dispatchWorkgroups(...groups);
  }
}

/** All kernels; `distances` once for each axis. */
export type FastKernels = Readonly<Record<Exclude<FastKernelName, 'distances'>, FastKernel>> & {
  readonly distances: readonly FastKernel[];
};

/** Compiles them side by side. */
export async function fastKernels(
  device: GPUDevice,
  decoder: Decoder,
  settings: RenderSettings,
  { side, edgeSamples }: BakeSettings,
  format: PlaneFormat,
): Promise<FastKernels> {
  const constants: ShaderConstants = {
    ...kernelConstants(decoder, { ...settings, channels: 3 }, format),
    HIDDEN4: Math.ceil(decoder.hidden / 4),
    BRICKS: bricksAcross(side),
    EDGE_SAMPLES: edgeSamples,
  };
  const kernel = (name: FastKernelName, overrides?: Record<string, number>): Promise<FastKernel> =>
    FastKernel.create(device, name, constants, overrides);
  const names = ['foldPlanes', 'cells', 'band', 'bake', 'march', 'edges', 'refine'] as const;
  const [distances, named] = await Promise.all([
    Promise.all([0, 1, 2].map((axis) => kernel('distances', { AXIS: axis }))),
    Promise.all(names.map(async (name) => [name, await kernel(name)] as const)),
  ]);
  return { distances, ...(Object.fromEntries(named) as Record<(typeof names)[number], FastKernel>) };
}
