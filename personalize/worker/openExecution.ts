import { adapterLimits } from '../../runtime/execution/adapterLimits.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { webExecution } from '../../runtime/execution/web.js';
import { findHardwareAdapter } from './hardwareAdapter.js';
import { listening } from './listening.js';
import type { RunRequest } from './protocol.js';

/** Where a worker's networks run. */
export interface WorkerExecution {
  readonly execution: Execution;
  /** For networks and ray-march; null: wasm. */
  readonly device: GPUDevice | null;
  readonly threads: number;
}

/** More wasm threads than this gain nothing on maps of these sizes. */
const mostThreads = 8;

async function hardwareDevice(): Promise<GPUDevice | null> {
  const adapter = await findHardwareAdapter();
  if (!adapter) return null;
  const optional: GPUFeatureName[] = ['shader-f16', 'subgroups'];
  return adapter.requestDevice({
    requiredFeatures: optional.filter((feature) => adapter.features.has(feature)),
    requiredLimits: adapterLimits(adapter),
  });
}

/** @throws DeviceError where onnxruntime-web is not installed */
export async function openExecution({
  backend = 'auto',
  wasmPaths,
}: Pick<RunRequest, 'backend' | 'wasmPaths'>): Promise<WorkerExecution> {
  const device = backend === 'auto' ? await hardwareDevice() : null;
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  const execution = await webExecution({
    threads,
    ...(device ? { device } : {}),
    ...(wasmPaths === undefined ? {} : { wasmPaths }),
  });
  return { execution: device ? execution : listening(execution), device, threads };
}
