import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = join(root, '.cache/samples');
// Beside the output, which webpack may empty.
const stamp = join(root, '.cache/samples.stamp');
const lock = join(root, '.cache/samples.lock');

/** All that a build of the samples reads. */
const inputs = [
  'shaders',
  'runtime',
  'plugin',
  'personalize',
  'samples',
  'assets',
  'webpack.config.js',
  'tsconfig.json',
  'package-lock.json',
  'tools/judges/node_modules/.package-lock.json',
];

function changedAt(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  // A folder's own time tells of files that went.
  return readdirSync(path).reduce((newest, name) => Math.max(newest, changedAt(join(path, name))), stats.mtimeMs);
}

const newestInput = (): number => Math.max(...inputs.map((name) => changedAt(join(root, name))));

async function webpack(): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/webpack/bin/webpack.js'), '--mode', 'production', '--output-path', output],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`webpack ended with ${code ?? 'a signal'}:\n${text}`);
}

function takeLock(): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** A lock whose process is gone was left by a run that was stopped. */
function dropStaleLock(): void {
  let owner: number;
  try {
    owner = Number(readFileSync(lock, 'utf8'));
  } catch {
    return;
  }
  try {
    process.kill(owner, 0);
  } catch {
    rmSync(lock, { force: true });
  }
}

/**
 * Builds the samples once for all test files and workers, and again only when something they are built from has
 * changed. The first build takes longer than a test's usual limit: call it in a beforeAll with `buildTimeout`.
 */
export async function buildSamples(): Promise<string> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  while (!takeLock()) {
    dropStaleLock();
    await setTimeout(200);
  }
  try {
    const newest = newestInput();
    if (changedAt(stamp) === 0 || Number(readFileSync(stamp, 'utf8')) !== newest) {
      rmSync(stamp, { force: true });
      await webpack();
      writeFileSync(stamp, String(newest));
    }
  } finally {
    rmSync(lock);
  }
  return output;
}

export const buildTimeout = 600_000;
