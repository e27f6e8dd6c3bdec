/** What stands at each binding number of the render kernels, in every one that uses it. */
export const slots = {
  params: 0,
  rays: 1,
  extent: 2,
  planes: 3,
  decoder: 4,
  samples: 5,
  features: 6,
  surface: 7,
} as const;

export type Slot = keyof typeof slots;

/** How a kernel uses a binding. */
type Use = 'uniform' | 'read' | 'write';

/** Kernels of the render pass, in order, and what each touches. */
export const kernelUses = {
  rays: { params: 'uniform', rays: 'write', extent: 'write' },
  density: { params: 'uniform', rays: 'read', extent: 'write', planes: 'read', decoder: 'read', samples: 'write' },
  importance: { params: 'uniform', rays: 'read', extent: 'write', samples: 'write' },
  march: {
    params: 'uniform',
    rays: 'read',
    extent: 'write',
    planes: 'read',
    decoder: 'read',
    samples: 'write',
    features: 'write',
    surface: 'write',
  },
  resolveDepth: { params: 'uniform', extent: 'write', surface: 'write' },
} as const satisfies Record<string, Partial<Record<Slot, Use>>>;

export type KernelName = keyof typeof kernelUses;

const bufferTypes: Record<Use, GPUBufferBindingType> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};

/** Layout of one kernel; the parameters move with the tile by a dynamic offset. */
export function kernelLayout(device: GPUDevice, kernel: KernelName): GPUBindGroupLayout {
  const uses = Object.entries(kernelUses[kernel]) as [Slot, Use][];
  return device.createBindGroupLayout({
    label: kernel,
    entries: uses.map(([slot, use]) => ({
      binding: slots[slot],
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: bufferTypes[use], hasDynamicOffset: use === 'uniform' },
    })),
  });
}

/** Binds a kernel's buffers. `paramsBytes` is the size of one tile's parameters. */
export function bindKernel(
  device: GPUDevice,
  kernel: KernelName,
  layout: GPUBindGroupLayout,
  buffers: Readonly<Partial<Record<Slot, GPUBuffer>>>,
  paramsBytes: number,
): GPUBindGroup {
  const names = Object.keys(kernelUses[kernel]) as Slot[];
  return device.createBindGroup({
    label: kernel,
    layout,
    entries: names.map((slot) => ({
      binding: slots[slot],
      resource: { buffer: buffers[slot]!, ...(slot === 'params' ? { size: paramsBytes } : {}) },
    })),
  });
}
