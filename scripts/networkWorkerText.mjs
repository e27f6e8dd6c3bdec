// What runs networks beside a page, as text: for scripts that come from another origin, and for pages of files.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** @throws where webpack reports an error or a warning */
export async function runWebpack(settings) {
  const { default: webpack } = await import('webpack');
  const stats = await promisify(webpack)(settings);
  if (stats.hasErrors() || stats.hasWarnings())
    throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
}

/**
 * ONNX Runtime is not in the text: it takes the global `ort`.
 * @param entry networkWorker, from the repository's root: TypeScript, or JavaScript of dist/
 * @param module how its modules are read
 */
export async function networkWorkerText(entry, module) {
  const path = mkdtempSync(join(tmpdir(), 'network-worker-'));
  const filename = 'networkWorker.js';
  try {
    await runWebpack({
      mode: 'production',
      context: root,
      target: 'webworker',
      entry: `./${entry}`,
      output: { path, filename },
      module,
      resolve: {
        extensionAlias: { '.js': ['.ts', '.js'] },
        alias: { 'onnxruntime-web/webgpu': join(import.meta.dirname, 'umd', 'ort.cjs') },
      },
      performance: false,
    });
    return readFileSync(join(path, filename), 'utf8');
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
