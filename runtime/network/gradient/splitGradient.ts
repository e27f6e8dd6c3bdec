import { sizeOf } from '../../core/tensor.js';
import type { Graph, GraphNode, Value } from '../graph.js';
import { gradientGraph, influenced, type GradientOptions } from './gradientGraph.js';

/** A gradient in two halves, for where something else stands between forward and backward. */
export interface SplitGradient {
  /** The graph; behind its own outputs it gives what the backward pass needs. */
  readonly forward: Graph;
  /** Takes that, the inputs that it needs itself, and the gradients of the outputs. */
  readonly backward: Graph;
  /** What goes from one to the other, beside the graph's own inputs. */
  readonly kept: readonly Value[];
}

export interface SplitOptions extends Omit<GradientOptions, 'keepOutputs'> {
  /**
   * Numbers of the smallest value that is handed over: memory that a run gives away costs it more than small layers.
   * Default 32768.
   */
  readonly leastKept?: number;
}

/** Operators that go over their input once: slower to keep what they make than to make it again. */
const quick = new Set(['Add', 'Mul', 'LeakyRelu', 'Clip', 'Reshape', 'Identity']);

/** Large values that are worth keeping: all but what quick operators make of one other, or any operator of small ones. */
function worthKeeping(graph: Graph, leastKept: number): Set<string> {
  const large = (name: string): boolean => sizeOf(graph.dims.get(name) ?? []) >= leastKept;
  const worth = new Set<string>();
  // Values that cannot be made without one worth keeping.
  const behind = new Set<string>();
  for (const { op, inputs, outputs } of graph.nodes) {
    const before = inputs.filter((name) => large(name) && behind.has(name));
    const slow = !quick.has(op) && inputs.some(large);
    const keep = large(outputs[0]!) && (before.length > 1 || slow);
    if (keep) worth.add(outputs[0]!);
    if (keep || before.length > 0) behind.add(outputs[0]!);
  }
  return worth;
}

/** What of `nodes` must run again for `wanted`, in order, and the values at which `stop` ends the search. */
function retrace(
  nodes: readonly GraphNode[],
  wanted: readonly string[],
  stop: (name: string) => boolean,
): { again: GraphNode[]; stopped: string[] } {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const open = new Set<string>();
  const stopped = new Set<string>();
  const want = (name: string): void => {
    if (made.has(name)) (stop(name) ? stopped : open).add(name);
  };
  wanted.forEach(want);
  const again: GraphNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => open.has(name))) continue;
    node.inputs.forEach(want);
    again.push(node);
  }
  return { again: again.reverse(), stopped: [...stopped] };
}

/**
 * Cuts `gradientGraph` where the forward pass ends, so that activations are computed once. What is small, or follows from
 * frozen tensors alone, is not handed over but made in each half.
 * @throws HeadError as gradientGraph does
 */
export function splitGradient(graph: Graph, { leastKept = 32768, ...options }: SplitOptions): SplitGradient {
  const whole = gradientGraph(graph, { ...options, keepOutputs: false });
  const later = whole.nodes.slice(graph.nodes.length);
  const fed = influenced(
    graph,
    graph.inputs.map(({ name }) => name),
  );
  const sizes = (name: string): readonly number[] => graph.dims.get(name) ?? [];
  const worth = worthKeeping(graph, leastKept);
  const { again, stopped } = retrace(
    graph.nodes,
    later.flatMap(({ inputs }) => inputs),
    (name) => fed.has(name) && worth.has(name),
  );
  const kept = stopped.map((name) => ({ name, dims: sizes(name) }));
  const nodes = [...again, ...later];
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const own = new Set(graph.outputs.map(({ name }) => name));
  return {
    forward: { ...graph, outputs: [...graph.outputs, ...kept.filter(({ name }) => !own.has(name))] },
    backward: {
      ...whole,
      nodes,
      initializers: new Map([...whole.initializers].filter(([name]) => used.has(name))),
      inputs: [...whole.inputs.filter(({ name }) => used.has(name)), ...kept],
    },
    kept,
  };
}
