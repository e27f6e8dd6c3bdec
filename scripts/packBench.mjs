// `npm run bench:pack`: everything the bench needs in one archive, for a Linux x86-64 machine with a GPU and its Vulkan driver
// but without npm. There:  mkdir bench && tar xJf bench.tar.xz -C bench && cd bench && ./node dist/bench/main.js
// ./node dist/bench/heads.js measures heads in a scene, avatars.js heads on bodies, network.js captured networks;
// ./node test/bare/deviceTests.mjs runs the tests of kernels and networks.
// PyTorch is measured beside it, on CUDA, where python3 has torch. ONNX Runtime's CPU libraries stay behind (size).
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from './build.mjs';
import { bundle } from './bundleBench.mjs';

const root = join(import.meta.dirname, '..');
const staging = join(root, '.cache', 'bench');
const archive = join(root, 'artifacts', 'bench.tar.xz');

const files = [
  'assets/base.safetensors',
  'assets/base.directions.json',
  'assets/base.proxy.safetensors',
  'assets/avatar/woman.glb',
  ...['manifest.json', 'tiny-network.pkl', 'tiny_main.npz', 'tiny_variants.npz'].map((name) => `test/goldens/${name}`),
  'bench/torch_reference.py',
  'node_modules/webgpu/index.js',
  'node_modules/webgpu/package.json',
  'node_modules/webgpu/dist/linux-x64/dawn.node',
  'node_modules/onnxruntime-common',
  'node_modules/onnxruntime-web/package.json',
  'node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs',
  'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.mjs',
  'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm',
];

if (build() !== 0) process.exit(1); // for the shaders that TypeScript imports
rmSync(staging, { recursive: true, force: true });
mkdirSync(staging, { recursive: true });
for (const file of files) {
  mkdirSync(dirname(join(staging, file)), { recursive: true });
  cpSync(join(root, file), join(staging, file), { recursive: true, dereference: true });
}
for (const name of ['main', 'network', 'heads', 'avatars'])
  await bundle(`bench/${name}.ts`, join(staging, `dist/bench/${name}.js`));
const jest = join(root, 'test/harness/bare/jestGlobals.ts');
await bundle('test/harness/bare/deviceTests.ts', join(staging, 'test/bare/deviceTests.mjs'), { '@jest/globals': jest });
cpSync(process.execPath, join(staging, 'node'));
writeFileSync(join(staging, 'package.json'), JSON.stringify({ type: 'module', version: '0.0.0' }));
mkdirSync(dirname(archive), { recursive: true });
const packed = spawnSync('tar', ['cJf', archive, '-C', staging, '.'], { stdio: 'inherit' });
if (packed.status !== 0) process.exit(packed.status ?? 1);
rmSync(staging, { recursive: true, force: true });
console.log(`${archive}: ${(statSync(archive).size / 2 ** 20).toFixed(1)} MiB`);
