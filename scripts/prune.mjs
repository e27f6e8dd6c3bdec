// Removes from freshly installed packages what nothing here ever loads: other systems' programs, second builds, source maps.
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const foldersIn = (path) => (existsSync(path) ? readdirSync(path) : []);
const remove = (path) => rmSync(path, { recursive: true, force: true });

/**
 * Of onnxruntime-node and webgpu, the programs for systems that this is not: 0.35 GB. Of the Inspector's icons, their CommonJS and the
 * modules of single icons: 0.26 GB. Of onnxruntime-web, builds for other devices and not minified: 0.07 GB. Source maps: 0.12 GB.
 */
export function pruneProject() {
  const modules = join(root, 'node_modules');
  // A shared folder is its owner's.
  if (!existsSync(modules) || lstatSync(modules).isSymbolicLink()) return;
  const { platform, arch } = process;
  const runtimes = join(modules, 'onnxruntime-node', 'bin');
  for (const api of foldersIn(runtimes)) {
    for (const system of foldersIn(join(runtimes, api))) {
      for (const processor of foldersIn(join(runtimes, api, system)))
        if (system !== platform || processor !== arch) remove(join(runtimes, api, system, processor));
    }
  }
  remove(join(modules, '@fluentui', 'react-icons', 'lib-cjs'));
  remove(join(modules, '@fluentui', 'react-icons', 'lib', 'atoms'));
  const web = join(modules, 'onnxruntime-web', 'dist');
  for (const file of foldersIn(web))
    if (/jsep|jspi|\.(all|webgl)\.|^ort(\.w\w+)?\.m?js$/.test(file)) remove(join(web, file));
  removeMaps(modules);
  const dawn = join(modules, 'webgpu', 'dist');
  const own = `${platform}-${platform === 'darwin' ? 'universal' : arch}`;
  for (const system of foldersIn(dawn)) if (system !== own) remove(join(dawn, system));
}

/** Folders and files of tools/<name>/node_modules that are never loaded. */
const unused = {
  judges: [
    ...['backend-cpu', 'backend-wasm', 'converter', 'core'].flatMap((part) =>
      // Node takes dist/*.node.js.
      [`@tensorflow/tfjs-${part}/src`, `@tensorflow/tfjs-${part}/dist/miniprogram`],
    ),
    '@vladmandic/face-api/demo',
    '@vladmandic/human/demo',
  ],
  deploy: [],
  oldest: ['babylonjs/babylon.max.js', 'babylonjs/babylon.module.d.ts'],
};

function removeMaps(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeMaps(path);
    else if (entry.isFile() && /\.([mc]?[jt]s|css)\.map$/.test(entry.name)) remove(path);
  }
}

export function pruneTool(name) {
  const modules = join(root, 'tools', name, 'node_modules');
  for (const path of unused[name]) remove(join(modules, path));
  removeMaps(modules);
}
