import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A driver that hangs is none. */
const patience = 60_000;

const script = `
  const { create, globals } = await import(process.argv[1]);
  Object.assign(globalThis, globals);
  let gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
  gpu = null;
  console.log(JSON.stringify(adapter && { vendor, architecture, device, description, isFallbackAdapter }));
`;

/**
 * The WebGPU adapter of this machine, asked for in a process of its own: where there is no good driver, Vulkan's loader and
 * Dawn fill stderr with their own errors, and some drivers crash.
 * @returns null where there is none, or no `webgpu` package
 */
export async function findAdapter(): Promise<GPUAdapterInfo | null> {
  let dawn: string;
  try {
    dawn = pathToFileURL(createRequire(import.meta.url).resolve('webgpu')).href;
  } catch {
    return null;
  }
  return new Promise((resolve) => {
    const args = ['--input-type=module', '--eval', script, dawn];
    execFile(process.execPath, args, { timeout: patience }, (error, stdout) => {
      // Dawn may crash at its end, with the answer given.
      const answer = stdout.trim();
      resolve(error && answer === '' ? null : (JSON.parse(answer) as GPUAdapterInfo | null));
    });
  });
}
