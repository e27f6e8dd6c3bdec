import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './sources.js';

/** Bundles dist/umd where dist/plugin or dist/runtime has changed. */
export function buildUmd(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/buildUmd.mjs')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
