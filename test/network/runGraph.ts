import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { nodeExecution } from '../../runtime/execution/node.js';
import type { Graph } from '../../runtime/network/graph.js';
import { golden } from '../harness/npz.js';

let opening: Promise<Execution> | null = null;

/** ONNX Runtime on the CPU. */
export function cpu(): Promise<Execution> {
  opening ??= nodeExecution({ threads: 2 });
  return opening;
}

/** Runs a graph once. */
export async function runGraph(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await (await cpu()).load(graph);
  try {
    const outputs = await session.run(feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: data! }]));
  } finally {
    await session.dispose();
  }
}

/** An array of a golden file, in other sizes where those are given. */
export function goldenTensorOf(file: string, name: string, dims?: readonly number[]): Tensor {
  const array = golden(file).get(name);
  if (!array) throw new Error(`${file}.npz has no ${name}.`);
  return { dims: dims ?? array.dims, data: array.data };
}

/** `w` in every row, as a batch of one. */
export function repeatW({ data }: Tensor, numWs: number): Tensor {
  const rows = Float32Array.from({ length: numWs * data.length }, (_, i) => data[i % data.length]!);
  return { dims: [1, numWs, data.length], data: rows };
}

/** Every `steps[axis]`-th value along each of the last axes; the goldens keep no more of large arrays. */
export function strided({ dims, data }: Tensor, steps: readonly number[]): Tensor {
  const taken = dims.slice(-steps.length);
  if (sizeOf(taken) !== data.length) throw new Error(`strided: the leading sizes of ${dims.join(' x ')} must be 1.`);
  const out = taken.map((size, axis) => Math.ceil(size / steps[axis]!));
  const values = Float32Array.from({ length: sizeOf(out) }, (_, index) => {
    let rest = index;
    let at = 0;
    let unit = 1;
    for (let axis = out.length - 1; axis >= 0; axis--) {
      at += (rest % out[axis]!) * steps[axis]! * unit;
      rest = Math.floor(rest / out[axis]!);
      unit *= taken[axis]!;
    }
    return data[at]!;
  });
  return { dims: out, data: values };
}
