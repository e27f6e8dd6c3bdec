import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileSource } from '../runtime/checkpoint/fileSource.node.js';
import { readBase, type Base } from '../runtime/checkpoint/index.js';
import type { Execution } from '../runtime/execution/execution.js';
import { nodeExecution } from '../runtime/execution/node.js';
import { nodeDevice, releaseNodeDevice } from '../runtime/execution/nodeDevice.node.js';
import { nodeWebExecution } from '../runtime/execution/nodeWeb.node.js';
import { measureGenerator, type Measured } from './generatorBench.js';
import type { Flops } from './flops.js';
import { publishedSizeBase } from './publishedSize.js';
import { measureViews, printViews } from './viewsBench.js';
import { measureTraining, type MeasuredTraining } from './trainingBench.js';
import { torchReference, type TorchTimes } from './torchReference.js';

const root = new URL('../../', import.meta.url);
const file = (path: string): string => new URL(path, root).pathname;
const threads = cpus().length;
const parts: readonly (keyof Flops)[] = ['mapping', 'backbone', 'march', 'superresolution'];

function print(title: string, { flops, timings, deviation }: Measured, torch: TorchTimes | null): void {
  console.log(`\n${title}`);
  console.log('part              best ms   median ms   GFLOP/s   PyTorch ms   ratio (PyTorch / ours)');
  for (const part of parts) {
    const timing = timings[part];
    if (!timing) continue;
    const rate = (flops[part] / timing.best) * 1000;
    const reference = part === 'mapping' ? null : (torch?.[part] ?? null);
    console.log(
      part.padEnd(16),
      timing.best.toFixed(2).padStart(8),
      timing.median.toFixed(2).padStart(11),
      rate.toFixed(2).padStart(9),
      (reference?.toFixed(1) ?? '-').padStart(12),
      (reference === null ? '-' : (reference / timing.best).toFixed(2)).padStart(8),
    );
  }
  if (deviation !== null) console.log(`largest deviation from the CPU twin: ${deviation.toExponential(1)} of 2`);
}

function printTraining({ timing, cpu: ours, flops }: MeasuredTraining, torch: TorchTimes | null): void {
  const reference = torch?.training ?? null;
  console.log(
    `training step     ${timing.best.toFixed(0)} ms (median ${timing.median.toFixed(0)}), ` +
      `${((flops / timing.best) * 1000).toFixed(1)} GFLOP/s; PyTorch ${reference?.toFixed(0) ?? '-'} ms, ` +
      `ratio ${reference === null ? '-' : (reference / timing.best).toFixed(2)}; ` +
      `CPU time ${ours.toFixed(0)} ms, PyTorch ${torch?.trainingCpu.toFixed(0) ?? '-'} ms`,
  );
}

/** null, with the reason said, where the runtime is not installed. */
async function cpuExecution(): Promise<Execution | null> {
  try {
    return await nodeExecution();
  } catch (error) {
    console.log(`CPU: not measured (${error instanceof Error ? error.message : String(error)})`);
    return null;
  }
}

async function embeddedBase(): Promise<Base> {
  const source = await fileSource(file('assets/base.safetensors'));
  try {
    return await readBase(source);
  } finally {
    await source.close();
  }
}

const cpu = await cpuExecution();
const found = await nodeDevice({ required: false });
const isRealGpu = found !== null && !found.isSoftware;
console.log(`${cpus()[0]?.model ?? 'CPU'}, ${threads} threads; WebGPU: ${found?.description ?? 'none'}`);

const report: Record<string, unknown> = {
  date: new Date().toISOString().slice(0, 10),
  gpu: found?.description ?? null,
};
const embedded = await embeddedBase();
const subjects: [string, Base, number][] = [
  ['embedded base, 128 x 128', embedded, 128],
  // What a head close to the camera takes; minutes on a CPU.
  ...(isRealGpu ? [['embedded base, 512 x 512', embedded, 512] as [string, Base, number]] : []),
  ['published size (30.6 M parameters), 512 x 512', await publishedSizeBase(), 128],
];
for (const [title, base, resolution] of subjects) {
  const torch = torchReference(base, file('bench/torch_reference.py'), resolution, threads);
  report[`${title} PyTorch`] = torch;
  if (cpu) {
    const onCpu = await measureGenerator(base, cpu, null, resolution);
    print(`${title}: ONNX Runtime CPU`, onCpu, torch);
    report[`${title} cpu`] = onCpu;
    const training = await measureTraining(base, cpu);
    printTraining(training, torch);
    report[`${title} training`] = training;
  }
  if (found) {
    const networks = isRealGpu || !cpu ? await nodeWebExecution(found.device) : cpu;
    const onGpu = await measureGenerator(base, networks, found.device, resolution);
    print(`${title}: ray-march in WGSL on ${found.description}, networks on ${networks.name}`, onGpu, torch);
    report[`${title} webgpu`] = onGpu;
  }
}
if (found) {
  const views = await measureViews(embedded, cpu ?? (await nodeWebExecution(found.device)), found.device, {
    side: 256,
    runs: isRealGpu ? 20 : 2,
    stagesSide: isRealGpu ? 352 : 48,
  });
  printViews(`embedded base, ${found.description}`, views);
  report['embedded base views'] = views;
}
const peak = process.resourceUsage().maxRSS / 1024;
console.log(`\npeak memory of this process: ${peak.toFixed(0)} MiB`);
mkdirSync(file('artifacts'), { recursive: true });
writeFileSync(file('artifacts/bench.json'), JSON.stringify({ ...report, peakMiB: peak }, null, 2));
releaseNodeDevice();
process.exit(0);
