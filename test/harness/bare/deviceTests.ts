import { file, run } from './jestGlobals.js';

// The tests of kernels and networks on a WebGPU device that need neither ONNX Runtime's CPU libraries nor a browser, to be
// run on a machine with a real GPU: part of what `npm run bench:pack` packs.

const { create, globals } = await import('webgpu');
Object.assign(globalThis, globals);
const navigator = { userAgent: 'node', gpu: create([]) };
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
const adapter = await navigator.gpu.requestAdapter();
console.log(`WebGPU: ${adapter?.info.description ?? 'no adapter'}`);

await file('kernels', () => import('../../render/kernels.test.js'));
await file('goldens', () => import('../../render/gpuGoldens.test.js'));
await file('cameras', () => import('../../render/oddCameras.test.js'));
await file('tiles', () => import('../../render/tiles.test.js'));
await file('picture', () => import('../../render/picture.test.js'));
await file('smallest weight', () => import('../../render/minWeight.test.js'));
await file('gradients', () => import('../../gradient/gpuRenderer.test.js'));
await file('networks', () => import('../../generator/webgpu.test.js'));
const { passed, failed, leftOut } = await run();
console.log(`${passed} passed, ${failed} failed, ${leftOut} left out`);
process.exit(failed === 0 ? 0 : 1);
