// Heads on bodies. A process of its own: Babylon makes its device itself, and Dawn allows one instance a process.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isSoftwareAdapter } from '../runtime/execution/softwareAdapter.js';
import { measureAvatars } from './avatarsBench.js';
import { adapterName, nodeAdapterOrNull } from './nodeAdapter.js';

const root = new URL('../../', import.meta.url);
const adapter = await nodeAdapterOrNull();
if (!adapter) {
  console.log('\nHeads on bodies: not measured, there is no WebGPU adapter.');
  process.exit(0);
}
// Babylon and heads fetch; Node's own reads no files.
globalThis.fetch = async (input) => new Response(await readFile(new URL(input instanceof Request ? input.url : input)));
const software = isSoftwareAdapter(adapter.info);
const small = { resolution: 48, movingResolution: 48, depthResolution: 8, depthResolutionImportance: 8 };
const measured = await measureAvatars({
  people: 8,
  frames: software ? 30 : 300,
  baseUrl: new URL('assets/base.safetensors', root).href,
  body: readFileSync(new URL('assets/avatar/woman.glb', root)),
  head: software ? { quality: small } : {},
});
console.log(
  `\nHeads on bodies that walk and talk, on ${adapterName(adapter)}; ${measured.images} of 8 drawn as images`,
);
console.log('quickest frame, ms                script     device');
for (const [key, label] of [
  ['empty', 'empty scene'],
  ['bodies', '8 bodies walk'],
  ['busts', '8 busts talk'],
  ['avatars', '8 heads on bodies, both'],
] as const) {
  const { script, device } = measured[key];
  console.log(label.padEnd(28), script.toFixed(2).padStart(11), device.toFixed(2).padStart(10));
}
mkdirSync(new URL('artifacts', root), { recursive: true });
writeFileSync(
  new URL('artifacts/avatars.json', root),
  JSON.stringify({ gpu: adapterName(adapter), ...measured }, null, 2),
);
process.exit(0);
