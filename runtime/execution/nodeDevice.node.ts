import { DeviceError } from '../core/errors.js';
import { adapterLimits } from './adapterLimits.js';
import { isSoftwareAdapter } from './softwareAdapter.js';
import { expectGiven } from '../core/given.js';

/** A WebGPU device in Node. */
export interface NodeDevice {
  readonly device: GPUDevice;
  readonly description: string;
  /** Runs on the CPU (lavapipe, SwiftShader). */
  readonly isSoftware: boolean;
}

/** Dawn crashes when a process makes a second instance, so there is one; dropping it lets Node end. */
let instance: GPU | null = null;
let open: GPUDevice | null = null;

const remedy =
  'Install a Vulkan driver (libvulkan1 and your GPU’s, or Mesa 25 or newer for lavapipe), or use --backend cpu.';

async function loadDawn(): Promise<GPU | null> {
  if (instance) return instance;
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    instance = create([]);
    return instance;
  } catch {
    return null;
  }
}

/** Says what to install where no device can be had. */
export async function noAdapter(): Promise<DeviceError> {
  return (await loadDawn())
    ? new DeviceError('device/adapter', `There is no WebGPU adapter on this machine. ${remedy}`)
    : new DeviceError('device/dawn', 'The webgpu package cannot be loaded. Run: npm install webgpu');
}

/**
 * Opens a device through the `webgpu` package (Dawn).
 * @returns null without one, unless it is required
 * @throws DeviceError that says what to install
 */
export async function nodeDevice(options: { required: boolean }): Promise<NodeDevice | null> {
  expectGiven('nodeDevice', 'options', options);
  const { required } = options;
  const gpu = await loadDawn();
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    if (required) throw await noAdapter();
    return null;
  }
  const optional: GPUFeatureName[] = ['shader-f16', 'timestamp-query', 'subgroups'];
  const device = await adapter.requestDevice({
    requiredFeatures: optional.filter((feature) => adapter.features.has(feature)),
    requiredLimits: adapterLimits(adapter),
  });
  open = device;
  const description = adapter.info.description || adapter.info.device || adapter.info.vendor;
  return { device, description, isSoftware: isSoftwareAdapter(adapter.info) };
}

/** Destroys the device and lets go of Dawn, without which Node does not end. */
export function releaseNodeDevice(): void {
  open?.destroy();
  open = null;
  instance = null;
}
