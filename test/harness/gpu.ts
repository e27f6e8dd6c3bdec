import { afterAll, afterEach } from '@jest/globals';

export interface TestDeviceOptions {
  /** Features the test cannot do without; shader-f16 and timestamp-query are always taken where there are any. */
  readonly features?: readonly GPUFeatureName[];
  /** Limits other than the adapter's own. */
  readonly limits?: Readonly<Record<string, number>>;
}

const optionalFeatures: readonly GPUFeatureName[] = ['shader-f16', 'timestamp-query'];
const devices: GPUDevice[] = [];
const failures: string[] = [];

function adapterLimits(adapter: GPUAdapter): Record<string, number> {
  const limits: Record<string, number> = {};
  // The limits are accessors of the prototype, so that only for-in finds them.
  for (const name in adapter.limits) {
    const value: unknown = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}

/** A device with the adapter's largest limits, whose uncaught errors fail the test that runs. */
export async function testDevice(options: TestDeviceOptions = {}): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) {
    throw new Error(
      'No WebGPU adapter. Run `npm test`, which unpacks one beside the project, or install libvulkan1 and Mesa 25 or newer.',
    );
  }
  const required = options.features ?? [];
  for (const feature of required) {
    if (!adapter.features.has(feature)) throw new Error(`The adapter ${adapter.info.description} has no ${feature}.`);
  }
  const optional = optionalFeatures.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({
    requiredFeatures: [...new Set([...required, ...optional])],
    requiredLimits: { ...adapterLimits(adapter), ...options.limits },
  });
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    failures.push(event.error.message);
  });
  void device.lost.then((info) => {
    if (info.reason !== 'destroyed') failures.push(`The device was lost: ${info.message}`);
  });
  devices.push(device);
  return device;
}

/** Reports what the devices complained about; errors arrive once the queue is through. */
export async function expectNoGpuErrors(): Promise<void> {
  await Promise.all(devices.map((device) => device.queue.onSubmittedWorkDone()));
  const messages = failures.splice(0);
  if (messages.length > 0) throw new Error(`WebGPU reported:\n${messages.join('\n')}`);
}

export function destroyDevices(): void {
  for (const device of devices.splice(0)) device.destroy();
}

afterEach(expectNoGpuErrors);
afterAll(destroyDevices);
