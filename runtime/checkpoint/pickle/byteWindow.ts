import type { ByteSource } from '../byteSource.js';
import { pickleError } from './pickleError.js';

/** Reads a source forwards through a small buffer: `fill`, then any number of synchronous reads inside it. */
export class ByteWindow {
  private buffer = new Uint8Array(0);
  private view = new DataView(this.buffer.buffer);
  private start = 0;
  private cursor = 0;

  constructor(
    readonly source: ByteSource,
    private readonly size = 64 * 1024,
  ) {}

  /** Absolute offset of the next byte. */
  get position(): number {
    return this.start + this.cursor;
  }

  /** Bytes from here to the end of the source. */
  get remaining(): number {
    return this.source.size - this.position;
  }

  /** Whether `count` bytes, or all that remain, can be read without another `fill`. */
  has(count: number): boolean {
    return this.buffer.length - this.cursor >= Math.min(count, this.remaining);
  }

  /** Makes `count` bytes, or all that remain, readable. */
  async fill(count: number): Promise<void> {
    if (this.has(count)) return;
    const position = this.position;
    this.buffer = await this.source.read(position, Math.min(Math.max(count, this.size), this.remaining));
    this.view = new DataView(this.buffer.buffer);
    this.start = position;
    this.cursor = 0;
  }

  u8(): number {
    return this.buffer[this.advance(1)]!;
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  /** Pickle writes this one number big-endian. */
  f64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A length; values beyond 2^53 become an error when they are compared with what remains. */
  u64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  /** A copy of the next `length` bytes. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const from = this.advance(length);
    return this.buffer.slice(from, from + length);
  }

  /** Bytes up to the next newline, which is read too. */
  line(): Uint8Array {
    const end = this.buffer.indexOf(0x0a, this.cursor);
    if (end < 0) throw pickleError(this.position, 'a line of text', 'no end of line');
    const line = this.buffer.slice(this.cursor, end);
    this.cursor = end + 1;
    return line;
  }

  skip(length: number): void {
    this.expectRemaining(length);
    this.cursor += length;
    if (this.cursor > this.buffer.length) {
      this.start += this.cursor;
      this.cursor = 0;
      this.buffer = new Uint8Array(0);
    }
  }

  expectRemaining(length: number): void {
    if (length > this.remaining) {
      throw pickleError(this.position, `${length} more bytes`, `the end at ${this.source.size}`, 'asset/truncated');
    }
  }

  private advance(length: number): number {
    this.expectRemaining(length);
    if (this.cursor + length > this.buffer.length) throw new RangeError('ByteWindow: fill before reading');
    const at = this.cursor;
    this.cursor += length;
    return at;
  }
}
