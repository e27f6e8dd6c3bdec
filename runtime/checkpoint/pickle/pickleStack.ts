import { kindOf, pickleError } from './pickleError.js';

/** A pickle's stack, marks and memo. Values are inert; every step is checked because a file may be hostile. */
export class PickleStack {
  /** Where the opcode under execution stands; for messages. */
  offset = 0;
  private items: unknown[] = [];
  private readonly below: unknown[][] = [];
  private readonly memo = new Map<number, unknown>();

  push(value: unknown): void {
    this.items.push(value);
  }

  pop(): unknown {
    if (this.items.length === 0) throw pickleError(this.offset, 'a value on the stack', 'an empty stack');
    return this.items.pop();
  }

  /** The last `count` values, removed, in the order they were pushed. */
  popMany(count: number): unknown[] {
    if (this.items.length < count) throw pickleError(this.offset, `${count} values on the stack`, 'fewer');
    return this.items.splice(this.items.length - count);
  }

  top(): unknown {
    if (this.items.length === 0) throw pickleError(this.offset, 'a value on the stack', 'an empty stack');
    return this.items[this.items.length - 1];
  }

  mark(): void {
    this.below.push(this.items);
    this.items = [];
  }

  /** The values above the last mark, removed together with it. */
  popMark(): unknown[] {
    const items = this.items;
    const below = this.below.pop();
    if (below === undefined) throw pickleError(this.offset, 'a mark', 'none');
    this.items = below;
    return items;
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    if (!this.memo.has(index)) throw pickleError(this.offset, 'a value stored before', `memo ${index}, never stored`);
    this.items.push(this.memo.get(index));
  }

  append(values: readonly unknown[]): void {
    const target = this.top();
    if (!Array.isArray(target)) throw pickleError(this.offset, 'a list to append to', kindOf(target));
    for (const value of values) target.push(value);
  }

  add(values: readonly unknown[]): void {
    const target = this.top();
    if (!(target instanceof Set)) throw pickleError(this.offset, 'a set to add to', kindOf(target));
    for (const value of values) target.add(value);
  }

  setItems(values: readonly unknown[]): void {
    const target = this.top();
    if (!(target instanceof Map)) throw pickleError(this.offset, 'a dictionary', kindOf(target));
    this.fill(target, values);
  }

  dict(values: readonly unknown[]): Map<unknown, unknown> {
    return this.fill(new Map(), values);
  }

  private fill(target: Map<unknown, unknown>, values: readonly unknown[]): Map<unknown, unknown> {
    if (values.length % 2 !== 0) throw pickleError(this.offset, 'pairs of keys and values', 'a key without a value');
    for (let i = 0; i < values.length; i += 2) target.set(values[i], values[i + 1]);
    return target;
  }
}
