import { readFileSync } from 'node:fs';
import type { Base } from '../runtime/checkpoint/index.js';
import { CapturedSession } from '../runtime/execution/capturedSession.js';
import type { Execution } from '../runtime/execution/execution.js';
import { Generator } from '../runtime/generator/generator.js';
import { PlaneTexels } from '../runtime/render/gpu/planeTexels.js';
import { callsOf, type Calls } from './callsOf.js';
import { GpuLedger } from './gpuLedger.js';
import { GpuStopwatch } from './gpuStopwatch.js';

/** What a run of the backbone asks of the page's thread and of the device. */
export interface NetworkRun {
  /** Milliseconds of the thread that issues it; null where the system does not tell. */
  readonly threadMs: number | null;
  /** The same of a run for each of eight heads, one after the other. */
  readonly eightMs: number | null;
  /** Milliseconds of the device, by its own clock; null without timestamp-query. */
  readonly deviceMs: number | null;
  readonly calls: Calls;
  /** Bytes that the session holds on the device. */
  readonly bytes: number;
}

export interface MeasuredNetwork {
  readonly plain: NetworkRun;
  /** null where ONNX Runtime's recording was refused. */
  readonly replayed: NetworkRun | null;
  readonly notices: readonly string[];
  /** Device milliseconds of what follows a run. */
  readonly packMs: number | null;
  readonly mixMs: number | null;
}

const runs = 5;
const heads = 8;

/** Processor time of this thread, ms; it does not grow while the device, or a software adapter's threads, work. */
function threadTime(): number | null {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return null;
  }
}

/** Measures the backbone on a device, run plainly and replayed. */
export async function measureNetwork(base: Base, execution: Execution, device: GPUDevice): Promise<MeasuredNetwork> {
  const ledger = new GpuLedger(device);
  const watch = GpuStopwatch.create(device);
  const notices: string[] = [];
  let captured: CapturedSession | null = null;
  const noting: Execution = {
    ...execution,
    load: async (graph, options) => {
      const session = await execution.load(graph, options);
      if (session instanceof CapturedSession) captured = session;
      return session;
    },
  };
  const measure = async (generator: Generator, before: number): Promise<NetworkRun> => {
    const { numWs, wDim } = generator.layout;
    let step = 0;
    const run = async (): Promise<void> => {
      step++;
      const data = Float32Array.from({ length: numWs * wDim }, (_, i) => generator.wAvg[i % wDim]! + step / 1000);
      (await generator.planes({ dims: [numWs, wDim], data })).release();
    };
    await run();
    await captured?.proven();
    await run();
    const calls = await callsOf(device, run);
    await device.queue.onSubmittedWorkDone();
    const thread: number[] = [];
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      await watch?.start();
      const start = threadTime();
      await run();
      const end = threadTime();
      if (start !== null && end !== null) thread.push(end - start);
      const time = await watch?.stop();
      if (time !== undefined) times.push(time);
      await device.queue.onSubmittedWorkDone();
    }
    const begun = threadTime();
    for (let head = 0; head < heads; head++) await run();
    const ended = threadTime();
    const eightMs = begun === null || ended === null ? null : ended - begun;
    const best = (values: readonly number[]): number | null => (values.length > 0 ? Math.min(...values) : null);
    return { threadMs: best(thread), eightMs, deviceMs: best(times), calls, bytes: ledger.bytes - before };
  };

  let before = ledger.bytes;
  const plainly = new Generator(base, execution, { keepOnGpu: true });
  const plain = await measure(plainly, before);
  const { numWs, wDim } = plainly.layout;
  const planes = await plainly.planes({ dims: [numWs, wDim], data: new Float32Array(numWs * wDim) });
  const [height, width] = planes.dims.slice(-2) as [number, number];
  const shown = await PlaneTexels.create(device, plainly.layout.planeChannels, 'float');
  const coming = shown.sibling();
  for (const texels of [shown, coming]) texels.pack(planes.buffer!, { width, height });
  const packMs = (await watch?.time(() => shown.pack(planes.buffer!, { width, height }))) ?? null;
  const mixMs = (await watch?.time(() => shown.mix(coming, 0.5))) ?? null;
  planes.release();
  shown.dispose();
  coming.dispose();
  await plainly.dispose();

  before = ledger.bytes;
  const options = { keepOnGpu: true, capture: true, onNotice: (message: string) => notices.push(message) };
  const generator = new Generator(base, noting, options);
  const replayed = await measure(generator, before);
  const replays = (captured as CapturedSession | null)?.replays === true;
  await generator.dispose();
  return { plain, replayed: replays ? replayed : null, notices, packMs, mixMs };
}
