import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { registry } from '../../plugin/registry.js';
import { DeviceError } from '../../runtime/core/errors.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { wasmFile } from '../../runtime/execution/wasmFiles.js';
import { webExecutionBy, type OrtWeb } from '../../runtime/execution/web.js';
import { networksBesideAsync, type NetworksBeside } from './networksBeside.js';
import type { HeadProject } from './project.js';

type Networks = Pick<NetworksBeside, 'execution'> & Partial<NetworksBeside>;

/**
 * The preview's heads run their networks by the project's own ONNX Runtime, in wasm, its files read from the disk: in a worker,
 * or in the Editor's page where none starts.
 * @param warn told once, why the page is held up by each run
 * @returns ends it
 */
export function runNetworks({ folder }: HeadProject, warn: (reason: string) => void): () => void {
  const shared = registry();
  let opening: Promise<Networks> | null = null;
  const networks = async (): Promise<Execution> => {
    const opened = (opening ??= openAsync(folder, warn));
    // It may be installed meanwhile.
    opened.catch(() => (opening = null));
    return (await opened).execution;
  };
  shared.networks = networks;
  return () => {
    if (shared.networks === networks) shared.networks = undefined;
    // Networks of heads that are still there go on.
    void opening?.then(({ end }) => end?.()).catch(() => undefined);
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

async function openAsync(folder: string, warn: (reason: string) => void): Promise<Networks> {
  const required = createRequire(join(folder, 'package.json'));
  let file: string;
  let dist: string;
  let texts: { readonly script: string; readonly module: string };
  try {
    file = required.resolve('onnxruntime-web/webgpu');
    dist = dirname(file) + sep;
    const [script, module] = [await readFile(file, 'utf8'), await readFile(dist + moduleFile, 'utf8')];
    texts = { script, module };
  } catch (cause) {
    throw notInstalled(folder, cause);
  }
  const readWasm = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(dist + wasmFile));
  try {
    return await networksBesideAsync({ ...texts, readWasm });
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
  }
  try {
    const runtime = { bytes: await readWasm(), problem: null };
    return { execution: webExecutionBy(required(file) as OrtWeb, { wasmPaths: pathToFileURL(dist).href, runtime }) };
  } catch (cause) {
    throw notInstalled(folder, cause);
  }
}

const moduleFile = wasmFile.replace(/wasm$/, 'mjs');

const notInstalled = (folder: string, cause: unknown): DeviceError =>
  new DeviceError(
    'network/runtime',
    `the preview's neural image needs onnxruntime-web in the project. Run "npm install onnxruntime-web" in ${folder}, and ` +
      'open the scene again.',
    { cause },
  );
