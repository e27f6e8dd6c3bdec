import { isSoftwareAdapter } from '../../runtime/execution/softwareAdapter.js';

/** An adapter of real graphics hardware: a software one is slower than wasm. Null where there is none. */
export async function findHardwareAdapter(): Promise<GPUAdapter | null> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  return adapter && !isSoftwareAdapter(adapter.info) ? adapter : null;
}
