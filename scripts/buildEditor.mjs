// The plugin for Babylon's Editor: editor/build/index.js, CommonJS, bundled from TypeScript. `npm run build:editor`.
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { embedShaders } from './embedShaders.mjs';
import { networkWorkerText, runWebpack } from './networkWorkerText.mjs';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

const module = {
  // One file: what is loaded later, too.
  parser: { javascript: { dynamicImportMode: 'eager' } },
  rules: [{ test: /\.ts$/, loader: require.resolve('ts-loader'), options: { transpileOnly: true } }],
};

/** @param worker its text */
const configuration = (webpack, path, worker) => ({
  mode: 'production',
  context: root,
  target: 'node20',
  entry: join(root, 'editor', 'src', 'index.ts'),
  output: { path, filename: 'index.js', library: { type: 'commonjs2' } },
  module,
  plugins: [new webpack.DefinePlugin({ NETWORK_WORKER: JSON.stringify(worker) })],
  resolve: {
    extensionAlias: { '.js': ['.ts', '.js'] },
    alias: { '@babylonjs/serializers/glTF/2.0/index.js': join(import.meta.dirname, 'umd', 'serializers.cjs') },
  },
  externals: [
    ({ request }, done) => {
      // The Editor gives its own copies of these.
      if (/^(babylonjs$|@babylonjs\/core\/)/.test(request)) return done(null, 'commonjs babylonjs');
      if (/^(babylonjs-editor|react)$/.test(request)) return done(null, `commonjs ${request}`);
      // The project's own is used, see editor/src/networks.ts.
      if (/^onnxruntime-/.test(request)) return done(null, `commonjs ${request}`);
      return done();
    },
  ],
  performance: false,
});

/**
 * @param path folder of the bundle
 * @returns its size in bytes
 * @throws where webpack reports an error
 */
export async function buildEditor(path = join(root, 'editor', 'build')) {
  embedShaders();
  const { default: webpack } = await import('webpack');
  // The project's ONNX Runtime is put before it.
  const worker = await networkWorkerText('runtime/execution/networkWorker.ts', module);
  await runWebpack(configuration(webpack, path, worker));
  return statSync(join(path, 'index.js')).size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await buildEditor();
  const compressed = gzipSync(readFileSync(join(root, 'editor', 'build', 'index.js'))).length;
  console.log(`editor/build/index.js: ${Math.round(bytes / 1000)} KB, ${Math.round(compressed / 1000)} KB compressed`);
}
