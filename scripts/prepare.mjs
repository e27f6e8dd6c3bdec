// Run by `npm ci`, `npm install` and `npm pack`: what was installed is pruned, and dist/ is built.
import { build } from './build.mjs';
import { buildUmd } from './buildUmd.mjs';
import { pruneProject } from './prune.mjs';

pruneProject();
const status = build();
if (status === 0) await buildUmd();
process.exit(status);
