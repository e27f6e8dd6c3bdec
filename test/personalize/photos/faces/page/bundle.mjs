// `node bundle.mjs FOLDER`: the page of the face nets, of what `npm run build` compiled.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import webpack from 'webpack';

const root = join(import.meta.dirname, '../../../../..');
const folder = process.argv[2];
const ort = 'ort-wasm-simd-threaded.asyncify';

mkdirSync(join(folder, 'ort'), { recursive: true });
for (const type of ['wasm', 'mjs']) {
  copyFileSync(
    join(root, 'node_modules/onnxruntime-web/dist', `${ort}.${type}`),
    join(folder, 'ort', `${ort}.${type}`),
  );
}
copyFileSync(join(root, 'assets/faces.safetensors'), join(folder, 'faces.safetensors'));
copyFileSync(join(import.meta.dirname, '../face.jpg'), join(folder, 'face.jpg'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>faces</title><script src="page.js"></script>');

const compiler = webpack({
  ...{ mode: 'development', devtool: false, context: root, performance: false },
  entry: join(import.meta.dirname, 'entry.mjs'),
  output: { path: folder, filename: 'page.js' },
  resolve: { conditionNames: ['onnxruntime-web-use-extern-wasm', 'import', 'module', 'browser', 'default'] },
});
compiler.run((error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString({ all: false, errors: true }));
    process.exitCode = 1;
  }
});
