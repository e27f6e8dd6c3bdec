// The backbone on a device, run plainly and replayed. A process of its own: ONNX Runtime keeps what it made to its end.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileSource } from '../runtime/checkpoint/fileSource.node.js';
import { readBase } from '../runtime/checkpoint/index.js';
import { nodeDevice } from '../runtime/execution/nodeDevice.node.js';
import { nodeWebExecution } from '../runtime/execution/nodeWeb.node.js';
import { dispatchesOf } from './callsOf.js';
import { measureNetwork, type NetworkRun } from './networkBench.js';

const root = new URL('../../', import.meta.url);
const file = (path: string): string => new URL(path, root).pathname;

const found = await nodeDevice({ required: false });
if (!found) {
  console.log('\nBackbone, replayed: not measured, there is no WebGPU adapter.');
  process.exit(0);
}
const source = await fileSource(file('assets/base.safetensors'));
const base = await readBase(source);
await source.close();
const { device, description } = found;
const measured = await measureNetwork(base, await nodeWebExecution(device), device);
const number = (value: number | null): string => value?.toFixed(2) ?? '-';
console.log(`\nBackbone of the embedded base on ${description}, best of five`);
console.log(
  'a run       thread ms   8 heads   device ms   dispatches   submits   passes   bind groups   writes   MiB held',
);
const line = (name: string, { threadMs, eightMs, deviceMs, calls, bytes }: NetworkRun): void => {
  const { submit = 0, beginComputePass = 0 } = calls;
  console.log(
    name.padEnd(10),
    number(threadMs).padStart(10),
    number(eightMs).padStart(9),
    number(deviceMs).padStart(11),
    String(dispatchesOf(calls)).padStart(12),
    String(submit).padStart(9),
    String(beginComputePass).padStart(8),
    String(calls.createBindGroup).padStart(13),
    String(calls.writeBuffer).padStart(8),
    (bytes / 2 ** 20).toFixed(1).padStart(10),
  );
};
line('plain', measured.plain);
if (measured.replayed) line('replayed', measured.replayed);
/** Eight heads that talk at 60 frames a second have four runs in a frame: each runs 30 times a second. */
const perFrame = (measured.replayed?.eightMs ?? NaN) / 2;
/** What the facts' section 4 wants of a replayed run without a GPU, thread ms. */
const wanted = 4;
if (measured.replayed?.threadMs != null) {
  const held = measured.replayed.threadMs <= wanted ? 'held' : 'MISSED';
  console.log(`replayed, thread ms: ${number(measured.replayed.threadMs)} of ${wanted} wanted (${held})`);
  console.log(`eight heads that talk: ${number(perFrame)} of a frame's 16.7 ms on the page's thread`);
}
for (const notice of measured.notices) console.log(notice);
console.log(`then, device ms: packing planes ${number(measured.packMs)}, mixing two ${number(measured.mixMs)}`);
mkdirSync(file('artifacts'), { recursive: true });
writeFileSync(file('artifacts/network.json'), JSON.stringify({ gpu: description, ...measured }, null, 2));
process.exit(0);
