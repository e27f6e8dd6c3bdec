import type { RenderSettings } from '../settings.js';
import type { Decoder } from '../volume.js';
import { bindUses, usesLayout, type Slot, type Uses } from './bindings.js';
import { planeConstants, type PlaneFormat } from './planeFormat.js';
import { paramsBytes } from './params.js';
import type { ShaderSource } from '../shaderSource.js';
import { computePipeline, type ShaderConstants } from './shaderModule.js';

/** A compiled kernel. */
export interface Kernel {
  readonly name: string;
  readonly uses: Uses;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What kernels are bound to. */
export type Bindings = ReadonlyMap<Kernel, GPUBindGroup>;

/** The numbers that size arrays in the kernels, and how they find the planes stored. */
export function kernelConstants(decoder: Decoder, settings: RenderSettings, planes: PlaneFormat): ShaderConstants {
  return {
    ...planeConstants(planes),
    CHANNELS4: Math.ceil(decoder.channels / 4),
    HIDDEN: decoder.hidden,
    COLORS: settings.channels,
    COLORS4: Math.ceil(settings.channels / 4),
    DEPTHS: settings.depthResolution,
    FINE: settings.depthResolutionImportance,
  };
}

/**
 * Compiles a kernel without blocking; call it for several at once.
 * @throws DeviceError with the compiler's message
 */
export async function compileKernel(
  device: GPUDevice,
  source: ShaderSource,
  uses: Uses,
  constants: ShaderConstants,
  overrides?: Record<string, number>,
): Promise<Kernel> {
  const { name } = source;
  const layout = usesLayout(device, name, uses);
  return { name, uses, layout, pipeline: await computePipeline(device, source, constants, layout, overrides) };
}

/** Binds every kernel's buffers. */
export function bindKernels(
  device: GPUDevice,
  kernels: Iterable<Kernel>,
  buffers: Readonly<Partial<Record<Slot, GPUBuffer>>>,
): Bindings {
  const bound = new Map<Kernel, GPUBindGroup>();
  for (const kernel of kernels) {
    const { name, uses, layout } = kernel;
    bound.set(kernel, bindUses(device, name, uses, layout, buffers, paramsBytes));
  }
  return bound;
}

/** Threads of a workgroup in every kernel that has a thread a ray. */
export const workgroup = 64;

/** @param offset of the tile's parameters, bytes */
export function dispatch(
  pass: GPUComputePassEncoder,
  bindings: Bindings,
  kernel: Kernel,
  offset: number,
  x: number,
  y: number,
): void {
  pass.setPipeline(kernel.pipeline);
  pass.setBindGroup(0, bindings.get(kernel), [offset]);
  pass.dispatchWorkgroups(x, y);
}
