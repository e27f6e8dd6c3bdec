import { HeadError, ShapeError } from '../core/errors.js';
import { formatDims, sizeOf, type Tensor } from '../core/tensor.js';

/** A value that flows through a graph. Sizes are static: a graph is built for one batch, one resolution. */
export interface Value {
  readonly name: string;
  readonly dims: readonly number[];
}

/** int64 constant, for operators that take sizes or axes as inputs. */
export interface IntTensor {
  readonly dims: readonly number[];
  readonly ints: readonly number[];
}

/** ONNX attribute values; a bare number is an integer, floats say so. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** One standard ONNX operator. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A network as data: nodes in topological order, frozen tensors, and what goes in and out. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly initializers: ReadonlyMap<string, Tensor | IntTensor>;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Sizes of every float value, for passes over the graph. */
  readonly dims: ReadonlyMap<string, readonly number[]>;
}

/**
 * Collects nodes. Every value gets a readable, unique name, so that a failing node in ONNX Runtime's messages
 * can be found here; operators with their shape rules are in operators.ts.
 */
export class GraphBuilder {
  private readonly _nodes: GraphNode[] = [];
  private readonly _initializers = new Map<string, Tensor | IntTensor>();
  private readonly _inputs: Value[] = [];
  private readonly _outputs: Value[] = [];
  private readonly _dims = new Map<string, readonly number[]>();
  private readonly _names = new Set<string>();
  private _scope: readonly string[] = [];

  constructor(private readonly _name: string) {}

  /** Goes on where a graph ended: its nodes, inputs and outputs are this one's first. */
  static from(graph: Graph, name = graph.name): GraphBuilder {
    const builder = new GraphBuilder(name);
    builder._nodes.push(...graph.nodes);
    builder._inputs.push(...graph.inputs);
    builder._outputs.push(...graph.outputs);
    for (const [key, value] of graph.initializers) {
      builder._initializers.set(key, value);
      builder._names.add(key);
    }
    for (const [key, dims] of graph.dims) {
      builder._dims.set(key, dims);
      builder._names.add(key);
    }
    return builder;
  }

  /** Prefixes the names of everything built inside `body`. */
  scope<T>(name: string, body: () => T): T {
    const outer = this._scope;
    this._scope = [...outer, name];
    try {
      return body();
    } finally {
      this._scope = outer;
    }
  }

  /** A value the caller feeds at every run. The name is taken as it is. */
  input(name: string, dims: readonly number[]): Value {
    const value = this._declare(name, dims);
    this._inputs.push(value);
    return value;
  }

  /** A frozen tensor under its checkpoint name; asking twice gives the same value. */
  parameter(name: string, data: Tensor): Value {
    if (this._initializers.has(name)) return { name, dims: data.dims };
    const value = this._declare(name, data.dims);
    this._initializers.set(name, data);
    return value;
  }

  /** A small constant made by the graph itself. */
  constant(hint: string, values: readonly number[] | Float32Array, dims: readonly number[]): Value {
    if (values.length !== sizeOf(dims)) {
      throw new ShapeError('graph/constant', `${hint}: ${values.length} values do not fill ${formatDims(dims)}.`);
    }
    const value = this._declare(this._unique(hint), dims);
    this._initializers.set(value.name, { dims, data: Float32Array.from(values) });
    return value;
  }

  /** int64 vector for operators such as Reshape. Returns its name. */
  ints(hint: string, values: readonly number[]): string {
    const name = this._unique(hint);
    this._names.add(name);
    this._initializers.set(name, { dims: [values.length], ints: values });
    return name;
  }

  /** Appends a node with one output of the given sizes. */
  node(
    op: string,
    inputs: readonly string[],
    dims: readonly number[],
    attributes: GraphNode['attributes'] = {},
  ): Value {
    const value = this._declare(this._unique(op), dims);
    this._nodes.push({ op, inputs, outputs: [value.name], attributes });
    return value;
  }

  /** Publishes a value under a name of its own. */
  output(name: string, value: Value): void {
    const published = this._declare(name, value.dims);
    this._nodes.push({ op: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
    this._outputs.push(published);
  }

  build(): Graph {
    return {
      name: this._name,
      nodes: this._nodes,
      initializers: this._initializers,
      inputs: this._inputs,
      outputs: this._outputs,
      dims: this._dims,
    };
  }

  private _declare(name: string, dims: readonly number[]): Value {
    if (this._names.has(name)) {
      throw new HeadError('graph/name', `graph ${this._name}: the name ${name} is taken.`);
    }
    this._names.add(name);
    this._dims.set(name, dims);
    return { name, dims };
  }

  private _unique(hint: string): string {
    const stem = [...this._scope, hint].join('/');
    let name = stem;
    for (let i = 1; this._names.has(name); i++) name = `${stem}_${i}`;
    return name;
  }
}
