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
  tracks: 8,
  viewGradients: 9,
  planeGradients: 10,
  rayGradients: 11,
  decoderGradients: 12,
} as const;

export type Slot = keyof typeof slots;

/** How a kernel uses a binding. */
export type Use = 'uniform' | 'read' | 'write';

/** Which bindings a kernel has, and how it uses them. */
export type Uses = Readonly<Partial<Record<Slot, Use>>>;

/** What every kernel has that evaluates samples. */
const evaluating = {
  params: 'uniform',
  rays: 'read',
  extent: 'write',
  planes: 'read',
  decoder: 'read',
  samples: 'write',
} as const;

/** Kernels of the render pass, in order, and what each touches. */
export const kernelUses = {
  rays: { params: 'uniform', rays: 'write', extent: 'write' },
  density: evaluating,
  importance: { params: 'uniform', rays: 'read', extent: 'write', samples: 'write' },
  march: { ...evaluating, features: 'write', surface: 'write' },
  resolveDepth: { params: 'uniform', extent: 'write', surface: 'write' },
} as const satisfies Record<string, Uses>;

export type KernelName = keyof typeof kernelUses;

const bufferTypes: Record<Use, GPUBufferBindingType> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};

/** Kernels of the backward pass, in order. Twin of each: runtime/render/backward. */
export const backwardUses = {
  colorDots: { ...evaluating, tracks: 'write', viewGradients: 'read' },
  marchBackward: {
    params: 'uniform',
    rays: 'read',
    extent: 'write',
    samples: 'write',
    tracks: 'write',
    viewGradients: 'read',
  },
  points: {
    ...evaluating,
    tracks: 'write',
    viewGradients: 'read',
    planeGradients: 'write',
  },
  rayGradients: {
    params: 'uniform',
    rays: 'read',
    extent: 'write',
    samples: 'write',
    tracks: 'write',
    rayGradients: 'write',
  },
  decoderGradients: {
    ...evaluating,
    tracks: 'write',
    viewGradients: 'read',
    decoderGradients: 'write',
  },
} as const satisfies Record<string, Uses>;

export type BackwardKernelName = keyof typeof backwardUses;

/** Layout of one kernel; the parameters move with the tile by a dynamic offset. */
export function usesLayout(device: GPUDevice, label: string, uses: Uses): GPUBindGroupLayout {
  return device.createBindGroupLayout({
    label,
    entries: (Object.entries(uses) as [Slot, Use][]).map(([slot, use]) => ({
      binding: slots[slot],
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: bufferTypes[use], hasDynamicOffset: use === 'uniform' },
    })),
  });
}

/** Binds a kernel's buffers. `paramsBytes` is the size of one tile's parameters. */
export function bindUses(
  device: GPUDevice,
  label: string,
  uses: Uses,
  layout: GPUBindGroupLayout,
  buffers: Readonly<Partial<Record<Slot, GPUBuffer>>>,
  paramsBytes: number,
): GPUBindGroup {
  return device.createBindGroup({
    label,
    layout,
    entries: (Object.keys(uses) as Slot[]).map((slot) => ({
      binding: slots[slot],
      resource: { buffer: buffers[slot]!, ...(slot === 'params' ? { size: paramsBytes } : {}) },
    })),
  });
}
