import { availableParallelism } from 'node:os';
import type { Execution } from './execution.js';
import { findAdapter } from './findAdapter.node.js';
import { nodeExecution } from './node.js';
import { noAdapter, nodeDevice, releaseNodeDevice, type NodeDevice } from './nodeDevice.node.js';
import { isSoftwareAdapter } from './softwareAdapter.js';

export type BackendName = 'auto' | 'cpu' | 'webgpu';

/** Where networks and ray-march run. */
export interface Backend {
  readonly execution: Execution;
  /** null: the ray-march's CPU twin. */
  readonly device: GPUDevice | null;
  readonly description: string;
  close(): void;
}

/** Left to itself, ONNX Runtime takes a core's two hardware threads for one, 1.2 times slower on a machine that has only these. */
export const cpuThreads = (threads: number): number => threads || availableParallelism();

/**
 * `cpu`: ONNX Runtime and the twin. `webgpu`: the ray-march on a WebGPU adapter, the networks there too unless it is a
 * software adapter, where ONNX Runtime's CPU kernels are many times faster. `auto`: webgpu where there is an adapter
 * that is no software.
 * @param threads of the CPU's networks; 0: one per core
 * @throws DeviceError for `webgpu` without one
 */
export async function openBackend(name: BackendName, threads = 0): Promise<Backend> {
  const cpu = () => nodeExecution({ threads: cpuThreads(threads) });
  const found = await openDevice(name);
  if (!found) {
    return {
      execution: await cpu(),
      device: null,
      description: 'CPU',
      close: () => undefined,
    };
  }
  const execution = found.isSoftware
    ? await cpu()
    : await (await import('./nodeWeb.node.js')).nodeWebExecution(found.device);
  return {
    execution,
    device: found.device,
    description: `${found.description}, networks on ${execution.name}`,
    close: () => releaseNodeDevice(),
  };
}

async function openDevice(name: BackendName): Promise<NodeDevice | null> {
  if (name === 'cpu') return null;
  const adapter = await findAdapter();
  const suits = adapter !== null && !(name === 'auto' && isSoftwareAdapter(adapter));
  if (suits) return nodeDevice({ required: true });
  if (name === 'webgpu') throw await noAdapter();
  return null;
}
