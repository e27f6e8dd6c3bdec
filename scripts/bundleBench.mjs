// Programs of the bench as single files, for a machine without packages. What is not plain JavaScript stays outside.
import { join } from 'node:path';
import { promisify } from 'node:util';
import webpack from 'webpack';

const root = join(import.meta.dirname, '..');
const outside = /^(webgpu|onnxruntime-(node|web)(\/.*)?)$/;

/** Bundles `entry` (from the repository's root) to `path`; `aliases`: packages that another file stands for. */
export async function bundle(entry, path, aliases = {}) {
  const stats = await promisify(webpack)({
    mode: 'production',
    target: 'node20',
    context: root,
    entry: `./${entry}`,
    output: { path: join(path, '..'), filename: path.split('/').at(-1), module: true, chunkFormat: 'module' },
    experiments: { outputModule: true },
    // The program finds its files from where it lies, not from where its sources lay.
    module: {
      parser: { javascript: { importMeta: false, url: false, dynamicImportMode: 'eager' } },
      rules: [
        {
          test: /\.ts$/,
          loader: 'ts-loader',
          options: { transpileOnly: true, compilerOptions: { module: 'ESNext', moduleResolution: 'Bundler' } },
        },
      ],
    },
    resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] }, alias: aliases },
    externalsType: 'import',
    externals: [({ request }, done) => (outside.test(request) ? done(null, request) : done())],
    optimization: { minimize: false, splitChunks: false },
    performance: false,
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}
