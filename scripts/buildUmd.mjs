// The package as one <script> beside Babylon's own: dist/umd/, bundled from dist/plugin when that has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networkWorkerText, runWebpack } from './networkWorkerText.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'dist', 'umd');
const filename = 'babylon-personalized-head.js';
const stamp = join(folder, '.stamp');
const standIns = join(import.meta.dirname, 'umd');

/** One number for all that goes into the bundle. */
function sourceHash() {
  const hash = createHash('sha256');
  const add = (path) => hash.update(path.slice(root.length)).update(readFileSync(path));
  for (const name of ['plugin', 'runtime', 'shaders'].map((part) => join(root, 'dist', part)).concat(standIns)) {
    const names = readdirSync(name, { recursive: true }).filter((file) => /\.c?js$/.test(file));
    for (const file of names.sort()) add(join(name, file));
  }
  for (const file of ['scripts/buildUmd.mjs', 'scripts/networkWorkerText.mjs', 'package-lock.json'])
    add(join(root, file));
  return hash.digest('hex');
}

const declarations = `declare const all: typeof import('../plugin/index.js', { with: { 'resolution-mode': 'import' } });
export = all;
`;

const module = { parser: { javascript: { dynamicImportMode: 'eager' } } };

/** @param worker its text */
const configuration = (webpack, worker) => ({
  mode: 'production',
  context: root,
  entry: join(standIns, 'entry.cjs'),
  output: {
    path: folder,
    filename,
    // The entry gives Babylon's own global back: nothing of it is lost where it is set to that.
    library: { type: 'umd', name: { root: 'BABYLON', commonjs: 'babylon-personalized-head' } },
    globalObject: "(typeof globalThis !== 'undefined' ? globalThis : self)",
    // A script that was missing when a stand-in was first asked for may be there the next time.
    strictModuleExceptionHandling: true,
  },
  module,
  resolve: {
    alias: {
      'onnxruntime-web/webgpu': join(standIns, 'ort.cjs'),
      '@babylonjs/serializers/glTF/2.0/index.js': join(standIns, 'serializers.cjs'),
    },
  },
  externals: [
    ({ request }, done) => {
      if (!/^(babylonjs$|@babylonjs\/core\/)/.test(request)) return done();
      return done(null, { root: 'BABYLON', commonjs: 'babylonjs', commonjs2: 'babylonjs', amd: 'babylonjs' });
    },
  ],
  plugins: [
    new webpack.NormalModuleReplacementPlugin(/\/ownWorker\.js$/, join(standIns, 'ownWorker.cjs')),
    new webpack.DefinePlugin({ NETWORK_WORKER: JSON.stringify(worker) }),
  ],
  performance: false,
});

/** @throws where webpack reports an error */
export async function buildUmd() {
  const hash = sourceHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(join(folder, filename))) return;
  rmSync(stamp, { force: true });
  const { default: webpack } = await import('webpack');
  // It may come from another origin, where a page may start no worker by address.
  const worker = await networkWorkerText('dist/runtime/execution/networkWorker.js', module);
  await runWebpack(configuration(webpack, worker));
  mkdirSync(folder, { recursive: true });
  // The script is CommonJS; what it exports is what the module exports, whose types are named by that door.
  writeFileSync(join(folder, 'babylon-personalized-head.d.ts'), declarations);
  // Node must not take it for a module.
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(stamp, hash);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildUmd();
