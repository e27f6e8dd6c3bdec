import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fetchRuntime, forgetRuntime, notStarted, wasmLocation } from '../../runtime/execution/wasmFiles.js';

const { fetch, location } = globalThis;
const wasm = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
let asked: string[];
let answer: () => Response;

beforeEach(() => {
  asked = [];
  globalThis.location = { href: 'http://localhost:5173/game/index.html' } as Location;
  globalThis.fetch = (url) => {
    asked.push(url as string);
    return Promise.resolve().then(answer);
  };
});
afterEach(() => {
  globalThis.fetch = fetch;
  globalThis.location = location;
});

test('the folder is absolute, relative to the page, with a slash at its end', () => {
  expect(wasmLocation('/ort/')).toBe('http://localhost:5173/ort/');
  expect(wasmLocation('/ort')).toBe('http://localhost:5173/ort/');
  expect(wasmLocation('node_modules/onnxruntime-web/dist/')).toBe(
    'http://localhost:5173/game/node_modules/onnxruntime-web/dist/',
  );
  expect(wasmLocation('https://cdn.example/ort')).toBe('https://cdn.example/ort/');
  // A program without a page has nothing that it could be relative to.
  Reflect.deleteProperty(globalThis, 'location');
  expect(wasmLocation('ort')).toBe('ort/');
});

test('or it is the file itself, as a bundler names it', async () => {
  const address = 'http://localhost:5173/assets/ort-1a2b.wasm?v=3';
  expect(wasmLocation('/assets/ort-1a2b.wasm?v=3')).toEqual({ wasm: address });
  answer = () => new Response(wasm);
  expect((await fetchRuntime('/assets/ort-1a2b.wasm?v=3')).bytes).toEqual(wasm);
  expect(asked).toEqual([address]);
  expect(notStarted('Aborted', address, 'no such file')).toContain(`no such file. wasmPaths: expected`);
  expect(notStarted('Aborted', address, null)).toContain(`at ${address}.`);
});

test('it is fetched once, and told of as it comes', async () => {
  answer = () => new Response(wasm, { headers: { 'content-length': '8' } });
  const told: number[][] = [];
  const [first, second] = await Promise.all([
    fetchRuntime('/once', (...bytes) => told.push(bytes)),
    fetchRuntime('/once/'),
  ]);
  expect(asked).toEqual(['http://localhost:5173/once/ort-wasm-simd-threaded.asyncify.wasm']);
  expect(first).toEqual({ bytes: wasm, problem: null });
  expect(second).toBe(first);
  expect(told.at(-1)).toEqual([8, 8]);
  forgetRuntime();
  expect(await fetchRuntime('/once/')).toEqual({ bytes: null, problem: null });
  expect(asked).toHaveLength(1);
});

test.each<[string, () => Response, string]>([
  ['missing', () => new Response('', { status: 404 }), 'the server answered 404'],
  ['page', () => new Response('<!doctype html>'), 'expected WebAssembly, got a web page'],
  ['text', () => new Response('version https://git-lfs'), 'expected WebAssembly'],
  ['offline', () => Promise.reject(new TypeError('fetch failed')) as never, 'TypeError: fetch failed'],
])('what is no such file is told by its address: %s', async (name, gives, problem) => {
  answer = gives;
  const file = await fetchRuntime(name);
  const folder = `http://localhost:5173/game/${name}/`;
  expect(file).toEqual({ bytes: null, problem: `${folder}ort-wasm-simd-threaded.asyncify.wasm: ${problem}` });
  const message = notStarted(new Error('no available backend found'), name, file.problem);
  expect(message).toContain(file.problem);
  expect(message).toContain(`wasmPaths: expected onnxruntime-web's ort-wasm-simd-threaded.asyncify.wasm and`);
  expect(message).toContain(`in ${folder}.`);
});

test('without wasmPaths the error says what they are', () => {
  expect(notStarted(new Error('Aborted'), undefined, null)).toMatch(
    /Error: Aborted.*serve them and name .* wasmPaths/s,
  );
});
