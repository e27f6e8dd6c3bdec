import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { registry } from '../../plugin/registry.js';
import { DeviceError } from '../../runtime/core/errors.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { wasmFile } from '../../runtime/execution/wasmFiles.js';
import { webExecutionBy, type OrtWeb } from '../../runtime/execution/web.js';
import type { HeadProject } from './project.js';

/**
 * The preview's heads run their networks by the project's own ONNX Runtime, in wasm, in the Editor's page: its files are read
 * from the disk, and a worker of a page of files was not tried.
 * @returns ends it
 */
export function runNetworks({ folder }: HeadProject): () => void {
  const shared = registry();
  let opening: Promise<Execution> | null = null;
  const networks = (): Promise<Execution> => {
    const opened = (opening ??= openAsync(folder));
    // It may be installed meanwhile.
    opened.catch(() => (opening = null));
    return opened;
  };
  shared.networks = networks;
  return () => {
    if (shared.networks === networks) shared.networks = undefined;
  };
}

/** Why the preview's heads have no networks; null: they have. */
export async function whyNoNetworksAsync(): Promise<string | null> {
  try {
    await registry().networks?.();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function openAsync(folder: string): Promise<Execution> {
  const name = 'onnxruntime-web/webgpu';
  let ort: OrtWeb;
  let dist: string;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const required = createRequire(join(folder, 'package.json'));
    const file = required.resolve(name);
    ort = required(file) as OrtWeb;
    dist = dirname(file) + sep;
    bytes = new Uint8Array(await readFile(dist + wasmFile));
  } catch (cause) {
    throw new DeviceError(
      'network/runtime',
      `the preview's neural image needs onnxruntime-web in the project. Run "npm install onnxruntime-web" in ${folder}, and ` +
        'open the scene again.',
      { cause },
    );
  }
  return webExecutionBy(ort, { wasmPaths: pathToFileURL(dist).href, runtime: { bytes, problem: null } });
}
