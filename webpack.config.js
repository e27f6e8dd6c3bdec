import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';
import HtmlWebpackPlugin from 'html-webpack-plugin';
import MinimizerPlugin from 'minimizer-webpack-plugin';
import webpack from 'webpack';

const root = dirname(fileURLToPath(import.meta.url));
/** One page each; the index links them. */
const samples = ['orbit', 'personalize', 'latent', 'cast', 'studio', 'mirror', 'game'];
/** Babylon's Inspector has a button for each of these; they are 12 MB, and no page here has anything that they edit. */
const editors = [
  'gui-editor',
  'node-editor',
  'node-geometry-editor',
  'node-particle-editor',
  'node-render-graph-editor',
];
/** Packages that only one page needs, each with a folder that `npm run tools` installs; without them, that page says so. */
const tools = { judges: '@vladmandic/face-api' };
const missing = join(root, 'samples/shared/missingTool.cjs');
const installed = (tool) => existsSync(join(root, 'tools', tool, 'node_modules', tools[tool]));
const runtimeFiles = 'ort-wasm-simd-threaded.asyncify';

/** @type {(env: unknown, argv: { mode?: string }) => import('webpack').Configuration} */
export default (_env, { mode = 'development' }) => ({
  mode,
  context: root,
  entry: Object.fromEntries(samples.map((name) => [name, `./samples/${name}/main.ts`])),
  output: {
    path: join(root, '.cache/samples'),
    filename: '[name].js',
    chunkFilename: '[name].[contenthash].js',
    clean: true,
  },
  devtool: mode === 'development' ? 'eval-source-map' : false,
  module: {
    rules: [
      {
        test: /\.ts$/,
        loader: 'ts-loader',
        // Types are checked by `npm run check`.
        options: { transpileOnly: true, compilerOptions: { module: 'ESNext', moduleResolution: 'Bundler' } },
      },
      // package.json says so of the built file, which this one is the source of.
      { test: join(root, 'plugin/index.ts'), sideEffects: true },
    ],
  },
  resolve: {
    extensions: ['.ts', '.js'],
    extensionAlias: { '.js': ['.ts', '.js'] },
    modules: ['node_modules', ...Object.keys(tools).map((tool) => join(root, 'tools', tool, 'node_modules'))],
    alias: {
      ...Object.fromEntries(editors.map((name) => [`@babylonjs/${name}$`, false])),
      ...(installed('judges') ? {} : { '@vladmandic/face-api$': missing }),
    },
    // ONNX Runtime's .wasm is copied below instead of being emitted a second time.
    conditionNames: ['onnxruntime-web-use-extern-wasm', 'import', 'module', 'browser', 'default'],
  },
  plugins: [
    new HtmlWebpackPlugin({ template: './samples/index.html', filename: 'index.html', chunks: [] }),
    ...samples.map(
      (name) =>
        new HtmlWebpackPlugin({ template: `./samples/${name}/${name}.html`, filename: `${name}.html`, chunks: [name] }),
    ),
    new CopyPlugin({
      patterns: [
        { from: 'assets', to: 'assets' },
        { from: 'samples/{shared,personalize}/*.css', to: '[name][ext]' },
        // Of the index.
        { from: 'docs/images/{orbit.png,cast.jpg,game.jpg,studio.jpg,latent-A.jpg}', to: 'images/[name][ext]' },
        // The page as it can be pasted anywhere, but with this package from here: with what `npm ci` or the tests built.
        {
          from: 'samples/playground/playground.html',
          to: '[name][ext]',
          info: { minimized: true },
          transform: (html) => html.toString().replaceAll(/https:\/\/[^"]*\/babylon-personalized-head@[^/"]*\//g, './'),
        },
        ...['plugin', 'runtime', 'shaders'].map((folder) => ({
          from: `dist/${folder}/**/*.js`,
          info: { minimized: true },
          noErrorOnMissing: true,
        })),
        // Of the latent page's identity meter: a tool of development, fetched when it is asked for.
        ...['face_landmark_68', 'face_expression', 'face_recognition'].map((model) => ({
          from: `tools/judges/node_modules/@vladmandic/face-api/model/${model}_model*`,
          noErrorOnMissing: true,
          to: 'judge/[name][ext]',
        })),
        ...['wasm', 'mjs'].map((type) => ({
          from: `node_modules/onnxruntime-web/dist/${runtimeFiles}.${type}`,
          to: 'ort/[name][ext]',
          // A module of its own, loaded at run time: the minimizer must not touch it.
          info: { minimized: true },
        })),
      ],
    }),
    new webpack.IgnorePlugin({
      // What is for Node alone must not be in a page: a bundle that asks for it is wrong.
      checkResource(resource, context) {
        if (!context.startsWith(root) || context.includes('node_modules')) return false;
        if (/(\.node|\/execution\/node)(\.js|\.ts)?$/.test(resource)) {
          throw new Error(`${context}: the page imports ${resource}, which is for Node.`);
        }
        return false;
      },
    }),
  ],
  // webpack's own minimizer with esbuild in place of terser: a fraction of the time.
  optimization: { minimizer: [new MinimizerPlugin({ minify: MinimizerPlugin.esbuildMinify, extractComments: false })] },
  // It asks for its own worker's script in a way that webpack cannot follow, and does without.
  ignoreWarnings: [{ module: /@vladmandic\/face-api/ }],
  performance: { hints: false },
  devServer: { open: ['/orbit.html'], static: false, hot: false },
  stats: 'errors-warnings',
});
