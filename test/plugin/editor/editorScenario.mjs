// Runs inside the bundle of editorBundle.test.ts: the plugin on the Babylon of the Editor.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { headScenario } from './headScenario.mjs';

// Everything in the bundle is CommonJS, as in the Editor.
const require = createRequire(import.meta.url);
const proxy = readFileSync(process.argv[2]);
console.log(JSON.stringify(await headScenario(require('babylonjs'), require('./plugin/index.js'), proxy)));
process.exit(0);
