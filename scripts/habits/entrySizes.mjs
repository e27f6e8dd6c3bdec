// What each door costs a page: bundled and minified, peer packages left out, and compressed. etc/sizes.json holds a
// ceiling for each; `npm run check` fails above it, `npm run sizes` measures anew and sets it 5 % above. esbuild does in a second
// what webpack, which builds the sample pages, takes a minute for.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache', 'sizes');
const ceilingsPath = join(root, 'etc', 'sizes.json');
const allowance = 1.05;
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { exports, peerDependencies } = read(join(root, 'package.json'));
const peers = Object.keys(peerDependencies);

/** Doors of pages; `./node` and `./command` are none, and `./umd` is a bundle already. */
const doors = Object.entries(exports).filter(
  ([door, target]) => typeof target === 'object' && !/\*|^\.\/(command|node|umd)$/.test(door),
);

const loadedLater = {
  name: 'loaded-later',
  setup: ({ onResolve }) =>
    void onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

const nameOf = (door) => (door === '.' ? 'index' : door.slice(2));

/** Door to bytes compressed (gzip, level 9): the door's file with all that it imports at once; what is loaded later is not counted. */
export async function measureEntries() {
  rmSync(folder, { recursive: true, force: true });
  const { build } = await import('esbuild');
  await build({
    entryPoints: Object.fromEntries(doors.map(([door, target]) => [nameOf(door), join(root, target.default)])),
    outdir: folder,
    bundle: true,
    minify: true,
    // A bundle a door: what is shared counts for each.
    splitting: false,
    format: 'esm',
    platform: 'browser',
    external: peers.flatMap((peer) => [peer, `${peer}/*`]),
    plugins: [loadedLater],
    logLevel: 'error',
  });
  const compressed = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
  const sizes = Object.fromEntries(doors.map(([door]) => [door, compressed(join(folder, `${nameOf(door)}.js`))]));
  const script = join(root, exports['./umd'].default);
  if (existsSync(script)) sizes['./umd'] = compressed(script);
  return sizes;
}

/** @returns what is above its ceiling, one line each */
export async function entrySizes() {
  const ceilings = read(ceilingsPath);
  return Object.entries(await measureEntries()).flatMap(([door, bytes]) => {
    if (!(door in ceilings)) return [`${door}: etc/sizes.json has no ceiling for it. Set it by: npm run sizes`];
    if (bytes <= ceilings[door]) return [];
    return [
      `${door}: ${bytes} bytes compressed, expected at most ${ceilings[door]} (etc/sizes.json). ` +
        'Make it smaller, or give the reason in the commit and run: npm run sizes',
    ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await measureEntries();
  for (const [door, bytes] of Object.entries(sizes)) console.log(`${door}: ${bytes} bytes compressed`);
  const ceilings = Object.fromEntries(
    Object.entries(sizes).map(([door, bytes]) => [door, Math.ceil((bytes * allowance) / 100) * 100]),
  );
  writeFileSync(ceilingsPath, `${JSON.stringify(ceilings, null, 2)}\n`);
}
