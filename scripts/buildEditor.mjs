// The plugin for Babylon's Editor: editor/build/index.js, CommonJS, bundled from TypeScript. `npm run build:editor`.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { embedShaders } from './embedShaders.mjs';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

const module = {
  // One file: what is loaded later, too.
  parser: { javascript: { dynamicImportMode: 'eager' } },
  rules: [{ test: /\.ts$/, loader: require.resolve('ts-loader'), options: { transpileOnly: true } }],
};

/** What runs networks beside the Editor's page, as text in the script; the project's ONNX Runtime is put before it. */
const workerConfiguration = (path) => ({
  mode: 'production',
  context: root,
  target: 'webworker',
  entry: join(root, 'runtime', 'execution', 'networkWorker.ts'),
  output: { path, filename: 'networkWorker.js' },
  module,
  resolve: {
    extensionAlias: { '.js': ['.ts', '.js'] },
    alias: { 'onnxruntime-web/webgpu': join(import.meta.dirname, 'umd', 'ort.cjs') },
  },
  performance: false,
});

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
  const run = async (settings) => {
    const stats = await promisify(webpack)(settings);
    if (stats.hasErrors() || stats.hasWarnings())
      throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
  };
  const folder = mkdtempSync(join(tmpdir(), 'editor-worker-'));
  try {
    await run(workerConfiguration(folder));
    await run(configuration(webpack, path, readFileSync(join(folder, 'networkWorker.js'), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return statSync(join(path, 'index.js')).size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await buildEditor();
  const compressed = gzipSync(readFileSync(join(root, 'editor', 'build', 'index.js'))).length;
  console.log(`editor/build/index.js: ${Math.round(bytes / 1000)} KB, ${Math.round(compressed / 1000)} KB compressed`);
}
