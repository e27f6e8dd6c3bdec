import { HeadError } from '../../core/errors.js';
import type { Attribute, GraphBuilder, GraphNode, Value } from '../graph.js';

/** What a backward rule works with. */
export interface RuleContext {
  readonly g: GraphBuilder;
  readonly node: GraphNode;
  /** Input i of the node. */
  readonly input: (i: number) => Value;
  /** The node's output. */
  readonly output: Value;
  /** Does the gradient have to reach input i? */
  readonly needs: (i: number) => boolean;
  /** An int64 constant that is input i, such as axes. */
  readonly ints: (i: number) => readonly number[];
}

/**
 * Backward of one operator: the gradient of every input that needs one, from the output's.
 * @returns one entry an input; null where none is needed
 */
export type Rule = (context: RuleContext, dy: Value) => (Value | null)[];

/** A list attribute, such as `pads`. */
export function listAttribute(node: GraphNode, name: string): readonly number[] | undefined {
  const value: Attribute | undefined = node.attributes[name];
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}

/** An integer attribute. */
export function integerAttribute(node: GraphNode, name: string, absent: number): number {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : absent;
}

/** A float attribute. */
export function floatAttribute(node: GraphNode, name: string): number {
  const value = node.attributes[name];
  if (typeof value === 'object' && 'float' in value) return value.float;
  throw new HeadError('gradient/attribute', `gradient: ${node.op} has no float attribute ${name}.`);
}
