// Heads in a Babylon scene. A process of its own: Babylon makes its device itself, and Dawn allows one instance a process.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileSource } from '../runtime/checkpoint/fileSource.node.js';
import { readBase } from '../runtime/checkpoint/index.js';
import { nodeExecution } from '../runtime/execution/node.js';
import { nodeWebExecution } from '../runtime/execution/nodeWeb.node.js';
import { isSoftwareAdapter } from '../runtime/execution/softwareAdapter.js';
import { parseDirections } from '../runtime/latent/directionsJson.js';
import { networkLayout } from '../runtime/network/layout.js';
import { measureHeads } from './headsBench.js';
import { adapterName, nodeAdapterOrNull } from './nodeAdapter.js';

const root = new URL('../../', import.meta.url);
const file = (path: string): string => new URL(path, root).pathname;

const adapter = await nodeAdapterOrNull();
if (!adapter) {
  console.log('\nHeads in a Babylon scene: not measured, there is no WebGPU adapter.');
  process.exit(0);
}
const software = isSoftwareAdapter(adapter.info);
const source = await fileSource(file('assets/base.safetensors'));
const base = await readBase(source);
await source.close();
const { wDim } = networkLayout(base);
const json: unknown = JSON.parse(readFileSync(file('assets/base.directions.json'), 'utf8'));
const directions = parseDirections(json, { hash: base.hash, wDim });
const measured = await measureHeads(base, directions, (device) =>
  software ? nodeExecution() : nodeWebExecution(device!),
);

const { timings, bytes, personNumbers, left } = measured;
const name = adapterName(adapter);
console.log(
  `\nHeads of the embedded base in a Babylon scene on ${name}, networks on ${software ? 'the CPU' : 'the same'}`,
);
console.log('a frame, device through        best ms   median ms');
for (const key of ['pose', 'expression', 'idle', 'without', 'idleScript', 'withoutScript'] as const) {
  const label = {
    pose: 'pose changed',
    expression: 'expression changed',
    idle: 'nothing changed',
    without: 'no head',
    idleScript: 'nothing changed, script',
    withoutScript: 'no head, script',
  };
  const { best, median } = timings[key];
  console.log(label[key].padEnd(28), best.toFixed(2).padStart(9), median.toFixed(2).padStart(11));
}
console.log(`picture ${timings.pictureSide} x ${timings.pictureSide}`);
console.log('people   with image   GPU MiB   a further person, KiB');
bytes.forEach(({ people, active, bytes: total }, i) => {
  const last = bytes[i - 1];
  const further = last ? ((total - last.bytes) / (people - last.people) / 1024).toFixed(1) : '-';
  console.log(
    String(people).padEnd(8),
    String(active).padStart(10),
    (total / 2 ** 20).toFixed(2).padStart(9),
    further.padStart(12),
  );
});
console.log(`a person's numbers: ${personNumbers}; GPU objects left when all are disposed: ${left}`);
mkdirSync(file('artifacts'), { recursive: true });
writeFileSync(file('artifacts/heads.json'), JSON.stringify({ gpu: name, ...measured }, null, 2));
process.exit(0);
