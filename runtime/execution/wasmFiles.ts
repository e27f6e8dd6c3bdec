import { readBody, type BytesProgress } from '../core/readBody.js';

/** What `onnxruntime-web/webgpu` loads, 27 MB; its module has the same name with `.mjs`. */
const wasmFile = 'ort-wasm-simd-threaded.asyncify.wasm';

/** ONNX Runtime's WebAssembly, or why it is not there. */
export interface RuntimeFile {
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly problem: string | null;
}

const fetched = new Map<string, Promise<RuntimeFile>>();

/**
 * A folder as modules and workers need it: absolute, with a slash at its end. Relative to the page, as every address of
 * Babylon's; a development server such as Vite's hands files below `public/` to absolute addresses only.
 */
export function wasmFolder(wasmPaths: string): string {
  const folder = wasmPaths.endsWith('/') ? wasmPaths : `${wasmPaths}/`;
  const { document, location } = globalThis as { document?: Document; location?: Location };
  try {
    return new URL(folder, document?.baseURI ?? location?.href).href;
  } catch {
    return folder;
  }
}

/**
 * Fetches ONNX Runtime's WebAssembly from a folder, once in a page. Never rejects: ONNX Runtime tries again by itself, and
 * its own error decides.
 * @param onBytes told only to the first who asks
 */
export function fetchRuntime(wasmPaths: string, onBytes?: BytesProgress): Promise<RuntimeFile> {
  const url = wasmFolder(wasmPaths) + wasmFile;
  let file = fetched.get(url);
  if (!file) fetched.set(url, (file = fetchWasm(url, onBytes)));
  return file;
}

/** Lets go of the bytes, which ONNX Runtime has compiled. */
export function forgetRuntime(): void {
  for (const url of fetched.keys()) fetched.set(url, Promise.resolve({ bytes: null, problem: null }));
}

async function fetchWasm(url: string, onBytes: BytesProgress | undefined): Promise<RuntimeFile> {
  const missing = (problem: string): RuntimeFile => ({ bytes: null, problem: `${url}: ${problem}` });
  try {
    const response = await fetch(url);
    if (!response.ok) return missing(`the server answered ${response.status}`);
    const bytes = await readBody(response, onBytes);
    if (new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === '\0asm') return { bytes, problem: null };
    return missing(bytes[0] === 0x3c ? 'expected WebAssembly, got a web page' : 'expected WebAssembly');
  } catch (cause) {
    return missing(String(cause));
  }
}

/** What to say where ONNX Runtime does not start. */
export function notStarted(cause: unknown, wasmPaths: string | undefined, problem: string | null): string {
  const files = `onnxruntime-web's ${wasmFile} and ${wasmFile.replace(/wasm$/, 'mjs')}`;
  const reason = problem ?? String(cause);
  return wasmPaths === undefined
    ? `ONNX Runtime did not start: ${reason}. Where no bundler serves ${files}, serve them and name their folder as wasmPaths.`
    : `ONNX Runtime did not start: ${reason}. wasmPaths: expected ${files} in ${wasmFolder(wasmPaths)}. Copy them there ` +
        'from node_modules/onnxruntime-web/dist, or leave wasmPaths out where a bundler serves them.';
}
