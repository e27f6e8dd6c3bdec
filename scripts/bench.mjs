// `npm run bench`: builds, prepares the machine's WebGPU adapter if it can, and measures.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { prepareGpu } from './machine.mjs';

const root = join(import.meta.dirname, '..');
const gpu = prepareGpu({ ownFirst: true });
if (!gpu.env) console.warn(`WebGPU is not measured: ${gpu.reasons.join('; ')}`);
const env = { ...process.env, ...gpu.env };
const failed = build();
if (failed) process.exit(failed);
for (const name of ['main', 'network', 'heads', 'avatars', 'photos']) {
  const bench = join(root, 'dist', 'bench', `${name}.js`);
  const { status } = spawnSync(process.execPath, [bench, ...process.argv.slice(2)], { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
