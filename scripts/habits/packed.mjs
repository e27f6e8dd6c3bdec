// The packages as npm packs them, read by publint (are their fields right?) and attw (do their types resolve?). `npm run check`
// compiles them first; by hand: `node scripts/habits/packed.mjs cli editor`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = join(import.meta.dirname, '../..');

/** Folders, and what of attw each is held to; null: nothing of the package is imported by name. */
const packages = {
  // ./umd is for <script>: bundlers find its names, Node's own analysis does not; there it is imported as a whole.
  '.': ['--ignore-rules', 'named-exports'],
  service: [],
  // A command.
  cli: null,
  // The Editor requires build/index.js; nobody writes against its types.
  editor: null,
};

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { ok: status === 0, text: `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim(), stdout };
}

/** @returns path of the tarball, or what npm said */
function pack(name) {
  const folder = join(root, '.cache', 'packed', name === '.' ? 'library' : name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // npm runs scripts through its own JavaScript file, which needs no shell on any system.
  const npm = process.env.npm_execpath;
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { ok, text, stdout } = npm
    ? run(process.execPath, [npm, ...args], join(root, name))
    : run('npm', args, join(root, name));
  return ok ? { tarball: join(folder, JSON.parse(stdout)[0].filename) } : { failure: `npm pack: ${text}` };
}

async function wrongWith(name) {
  const { tarball, failure } = pack(name);
  if (failure) return [failure];
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
    strict: true,
  });
  const wrong = messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
  if (packages[name] === null) return wrong;
  const attw = run(
    process.execPath,
    [
      join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js'),
      tarball,
      // Modules only, for Node from 20 on and bundlers: the resolution of Node 10 and `require` in older TypeScript are not served.
      ...['--profile', 'esm-only'],
      ...packages[name],
      ...['--format', 'ascii', '--no-emoji', '--no-color'],
    ],
    root,
  );
  return attw.ok ? wrong : [...wrong, `attw: ${attw.text}`];
}

/**
 * @param names of folders; default: all
 * @returns what is wrong, one line each
 */
export async function packedPackages(names = Object.keys(packages)) {
  const wrong = [];
  for (const name of names) wrong.push(...(await wrongWith(name)).map((line) => `${name}: ${line}`));
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const wrong = await packedPackages(given.length > 0 ? given : undefined);
  for (const line of wrong) console.error(line);
  process.exit(wrong.length > 0 ? 1 : 0);
}
