// Writes beside every file of shaders/ a TypeScript module that holds its text and names its includes, so that no bundler
// needs a loader for shaders, Node reads no files at run time, and a page carries the shaders that it imports alone.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const shaderFolder = join(import.meta.dirname, '..', 'shaders');
const suffix = '.generated.ts';

/** @throws where a shader includes a file that does not exist */
export function embedShaders(folder = shaderFolder) {
  const files = readdirSync(folder, { recursive: true }).map((file) => file.replaceAll('\\', '/'));
  const shaders = files.filter((file) => /\.(wgsl|glsl)$/.test(file));
  for (const shader of shaders) write(folder, shader);
  const wanted = new Set(shaders.map((shader) => `${shader}${suffix}`));
  for (const file of files) {
    if (file.endsWith(suffix) && !wanted.has(file)) rmSync(join(folder, file));
  }
}

/** @param shader a file below shaders/, such as `render/march.wgsl` */
function write(folder, shader) {
  const type = shader.slice(-4);
  const nameOf = (file) => basename(file, `.${type}`);
  const source = readFileSync(join(folder, shader), 'utf8').replaceAll('\r\n', '\n');
  const included = [...source.matchAll(/^#include <(.+)>$/gm)].map((match) => `${match[1]}.${type}`);
  const imports = included.map((file, i) => {
    if (!existsSync(join(folder, file)))
      throw new Error(`shaders/${shader} includes shaders/${file}, which does not exist.`);
    const path = relative(dirname(shader), file).replaceAll('\\', '/');
    return `import { ${nameOf(file)} as include${i} } from '${path.startsWith('.') ? path : `./${path}`}.generated.js';\n`;
  });
  const fields = [
    `name: ${JSON.stringify(shader)}`,
    `text: ${JSON.stringify(source)}`,
    `includes: [${included.map((_, i) => `include${i}`).join(', ')}]`,
  ];
  const text =
    `// Made by scripts/embedShaders.mjs: edit ${basename(shader)}.\n${imports.join('')}` +
    `export const ${nameOf(shader)} = {\n${fields.map((field) => `  ${field},\n`).join('')}};\n`;
  const target = join(folder, `${shader}${suffix}`);
  // An unchanged file keeps its time, so that watchers and build caches stay quiet.
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  writeFileSync(target, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) embedShaders();
