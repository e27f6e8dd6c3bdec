// The package as npm packs it, read by publint (are its fields right?) and attw (do its types resolve?).
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache', 'packed');

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return { ok: status === 0, text: `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim(), stdout };
}

/** @returns what is wrong, one line each */
export async function packedPackage() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // npm runs scripts through its own JavaScript file, which needs no shell on any system.
  const npm = process.env.npm_execpath;
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const packed = npm ? run(process.execPath, [npm, ...pack]) : run('npm', pack);
  if (!packed.ok) return [`npm pack: ${packed.text}`];
  const [{ filename }] = JSON.parse(packed.stdout);
  const tarball = readFileSync(join(folder, filename));

  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
    strict: true,
  });
  const wrong = messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);

  const attw = run(process.execPath, [
    join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js'),
    join(folder, filename),
    // Modules only, for Node from 20 on and bundlers: the resolution of Node 10 and `require` in older TypeScript are not served.
    ...['--profile', 'esm-only'],
    // ./umd is for <script>: bundlers find its names, Node's own analysis does not; there it is imported as a whole.
    ...['--ignore-rules', 'named-exports'],
    ...['--format', 'ascii', '--no-emoji', '--no-color'],
  ]);
  if (!attw.ok) wrong.push(`attw: ${attw.text}`);
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = await packedPackage();
  for (const line of wrong) console.error(line);
  process.exit(wrong.length > 0 ? 1 : 0);
}
