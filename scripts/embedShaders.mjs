// Writes every shaders/**/*.wgsl into one TypeScript module, and every .glsl into another, so that no bundler needs a loader
// for them and Node reads no files at run time.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const shaderFolder = join(root, 'shaders');
/** Pages that draw with WebGPU load the first of them, those with WebGL 2 both. */
const targets = [
  { type: 'wgsl', target: join(root, 'runtime', 'render', 'shaders.generated.ts'), name: 'shaderSources' },
  { type: 'glsl', target: join(root, 'runtime', 'render', 'webgl', 'shaders.generated.ts'), name: 'glslSources' },
];

export function embedShaders() {
  for (const target of targets) embedType(target);
}

function embedType({ type, target, name: constant }) {
  const names = existsSync(shaderFolder) ? readdirSync(shaderFolder, { recursive: true }) : [];
  const entries = names
    .filter((name) => name.endsWith(`.${type}`))
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => {
      const source = readFileSync(join(shaderFolder, name), 'utf8').replaceAll('\r\n', '\n');
      return `  ${JSON.stringify(name.slice(0, -type.length - 1))}: ${JSON.stringify(source)},\n`;
    });
  const text =
    `// Made by scripts/embedShaders.mjs from shaders/: edit the .${type} files.\n` +
    `export const ${constant}: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
  // An unchanged file keeps its time, so that watchers and build caches stay quiet.
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) embedShaders();
