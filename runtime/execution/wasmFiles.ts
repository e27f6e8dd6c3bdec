import { readBody, type BytesProgress } from '../core/readBody.js';

/** What `onnxruntime-web/webgpu` loads, 27 MB; its module has the same name with `.mjs`. */
export const wasmFile = 'ort-wasm-simd-threaded.asyncify.wasm';

/** ONNX Runtime's WebAssembly, or why it is not there. */
export interface RuntimeFile {
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly problem: string | null;
}

const fetched = new Map<string, Promise<RuntimeFile>>();

const isFile = (wasmPaths: string): boolean => /\.wasm([?#]|$)/.test(wasmPaths);

/**
 * What ONNX Runtime calls `wasmPaths`: the folder of both its files, or the .wasm alone, as a bundler names it. Modules and
 * workers need it absolute: a development server such as Vite's hands files below `public/` to absolute addresses only.
 * @param wasmPaths relative to the page, as every address of Babylon's
 */
export function wasmLocation(wasmPaths: string): string | { wasm: string } {
  const given = isFile(wasmPaths) || wasmPaths.endsWith('/') ? wasmPaths : `${wasmPaths}/`;
  const address = absolute(given);
  return isFile(wasmPaths) ? { wasm: address } : address;
}

/** The same as one absolute address, which a worker takes as its own `wasmPaths`. */
export function wasmAddress(wasmPaths: string): string {
  const location = wasmLocation(wasmPaths);
  return typeof location === 'string' ? location : location.wasm;
}

function absolute(address: string): string {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  try {
    return new URL(address, document?.baseURI ?? location?.href).href;
  } catch {
    return address;
  }
}

/**
 * Fetches ONNX Runtime's WebAssembly, once in a page. Never rejects: ONNX Runtime tries again by itself, and
 * its own error decides.
 * @param onBytes told only to the first who asks
 */
export function fetchRuntime(wasmPaths: string, onBytes?: BytesProgress): Promise<RuntimeFile> {
  const address = wasmAddress(wasmPaths);
  const url = isFile(wasmPaths) ? address : address + wasmFile;
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
  const reason = `ONNX Runtime did not start: ${problem ?? String(cause)}.`;
  if (wasmPaths === undefined) {
    return `${reason} Where no bundler serves ${files}, serve them and name their folder as wasmPaths.`;
  }
  const location = wasmLocation(wasmPaths);
  return typeof location === 'string'
    ? `${reason} wasmPaths: expected ${files} in ${location}. Copy them there from node_modules/onnxruntime-web/dist, or ` +
        'leave wasmPaths out where a bundler serves them.'
    : `${reason} wasmPaths: expected ${wasmFile} of the installed onnxruntime-web at ${location.wasm}.`;
}
