import { HeadError } from '../../core/errors.js';
import { GraphBuilder, type Graph, type GraphNode, type Value } from '../graph.js';
import { add } from '../operators.js';
import { elementwiseRules } from './elementwise.js';
import { layoutRules } from './layout.js';
import { poolingRules } from './pooling.js';
import { productRules } from './products.js';
import type { Rule, RuleContext } from './rule.js';

const rules: Readonly<Record<string, Rule>> = {
  ...elementwiseRules,
  ...layoutRules,
  ...poolingRules,
  ...productRules,
};

/** Name of the gradient of an output (fed) or of an input (returned). */
export const gradientName = (name: string): string => `grad.${name}`;

export interface GradientOptions {
  /** Outputs whose gradients are fed as `grad.<output>`; default all. */
  readonly outputs?: readonly string[];
  /** Inputs or frozen tensors whose gradients come out as `grad.<name>`. */
  readonly wrt: readonly string[];
  /** Return the forward outputs too. Default true. */
  readonly keepOutputs?: boolean;
}

/** Values that change when one of `wrt` does. */
export function influenced(graph: Graph, wrt: readonly string[]): Set<string> {
  const found = new Set(wrt);
  for (const node of graph.nodes) {
    if (node.inputs.some((name) => found.has(name))) node.outputs.forEach((name) => found.add(name));
  }
  return found;
}

/**
 * Reverse mode: the graph, and behind it the backward pass as more graph, only towards what is asked for. Frozen weights
 * get no gradient, so no weight-sized one exists unless it is asked for by name.
 * Source: design, decision 3; formulas beside the rules.
 * @throws HeadError for an operator without a rule, or a name that the graph does not have
 */
export function gradientGraph(graph: Graph, { outputs, wrt, keepOutputs = true }: GradientOptions): Graph {
  const seeds = outputs ?? graph.outputs.map((value) => value.name);
  for (const name of [...wrt, ...seeds]) {
    if (!graph.dims.has(name)) throw new HeadError('gradient/name', `gradient: ${graph.name} has no value ${name}.`);
  }
  const live = influenced(graph, wrt);
  const g = GraphBuilder.from(keepOutputs ? graph : { ...graph, outputs: [] }, `${graph.name} backward`);
  const value = (name: string): Value => ({ name, dims: graph.dims.get(name) ?? [] });
  const gradients = new Map<string, Value>();
  const accumulate = (name: string, gradient: Value): void => {
    const before = gradients.get(name);
    gradients.set(name, before ? add(g, before, gradient) : gradient);
  };
  for (const name of seeds) accumulate(name, g.input(gradientName(name), value(name).dims));

  g.scope('backward', () => {
    for (const node of [...graph.nodes].reverse()) {
      const dy = gradients.get(node.outputs[0]!);
      if (!dy || !node.inputs.some((name) => live.has(name))) continue;
      const rule = rules[node.op];
      if (!rule) throw new HeadError('gradient/operator', `gradient: there is no rule for ${node.op}.`);
      const parts = rule(context(g, graph, node, live), dy);
      node.inputs.forEach((name, i) => {
        const part = parts[i];
        if (part && live.has(name)) accumulate(name, part);
      });
    }
  });
  for (const name of wrt) {
    const gradient = gradients.get(name);
    if (!gradient) throw new HeadError('gradient/name', `gradient: no output of ${graph.name} depends on ${name}.`);
    g.output(gradientName(name), gradient);
  }
  return g.build();
}

function context(g: GraphBuilder, graph: Graph, node: GraphNode, live: ReadonlySet<string>): RuleContext {
  const value = (name: string): Value => ({ name, dims: graph.dims.get(name) ?? [] });
  return {
    g,
    node,
    input: (i) => value(node.inputs[i]!),
    output: value(node.outputs[0]!),
    needs: (i) => live.has(node.inputs[i]!),
    ints: (i) => {
      const constant = graph.initializers.get(node.inputs[i]!);
      if (!constant || !('ints' in constant)) {
        throw new HeadError('gradient/constant', `gradient: input ${i} of ${node.op} must be an int64 constant.`);
      }
      return constant.ints;
    },
  };
}
