// How large the package's entries are, with all modules of the package that they load: printed by `npm run build`.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
/** Static imports and exports; what is loaded later is not counted. */
const imported = /^(?:import|export)\b[^'"\n]*['"](\.{1,2}\/[^'"\n]+)['"];$/gm;

function modulesOf(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, name] of readFileSync(path, 'utf8').matchAll(imported)) modulesOf(join(dirname(path), name), found);
  return found;
}

/** One line an entry: modules, bytes, and bytes when compressed; only the one for pages is minified and has all it needs. */
export function entrySizes() {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([entry, target]) => {
    if (typeof target === 'string' || entry.includes('*')) return [];
    const modules = [...modulesOf(join(root, target.default))];
    const source = Buffer.concat(modules.map((path) => readFileSync(path)));
    const kilobytes = (bytes) => `${Math.round(bytes / 1000)} KB`;
    const count = modules.length === 1 ? 'one file' : `${modules.length} modules`;
    const sizes = `${kilobytes(source.length)}, ${kilobytes(gzipSync(source).length)} compressed`;
    return [`${entry.replace('.', name)}: ${count}, ${sizes}`];
  });
}
