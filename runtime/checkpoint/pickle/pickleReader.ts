import { ByteWindow } from './byteWindow.js';
import type { ByteSource } from '../byteSource.js';
import { LazyBytes, LazyText } from './lazyPayload.js';
import { foreignName, pickleError } from './pickleError.js';
import { Op } from './pickleOpcodes.js';
import { PickleStack } from './pickleStack.js';

/**
 * What a kind of pickle may contain. Nothing of the file is ever executed: a name stands for one of the few
 * functions or records this package knows, and any other name is an error.
 */
export interface PickleDialect {
  /** The value of a name, or undefined if the dialect does not know it. */
  resolve(module: string, name: string): unknown;
  /** Calls what `resolve` returned, or makes an object of it. */
  call(callee: unknown, args: readonly unknown[], offset: number): unknown;
  /** Gives an object its state. */
  build(target: unknown, state: unknown, offset: number): void;
  persistent?(id: unknown, offset: number): unknown;
}

export interface PickleOptions {
  /** Strings longer than this many bytes are skipped and become LazyBytes or LazyText. */
  readonly lazyAbove?: number;
  /** Called now and then with the byte reached; may throw to stop. */
  readonly onProgress?: (position: number) => void;
}

/** EG3D's networks take some 40,000; a file of nothing but opcodes would otherwise fill the memory. */
const maxOpcodes = 1_000_000;
/** Enough for any opcode with its fixed-size argument, short string or pair of names. */
const lookahead = 1024;
const maxLongBytes = 256;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads one pickle, protocol 2 to 5, from where the window stands to its STOP.
 *
 * Python's None, bool, int, float, str, bytes, list or tuple, dict and set become null, boolean, number (bigint
 * beyond 2^53), number, string, Uint8Array, array, Map and Set.
 * @throws AssetError `asset/pickle`, `asset/truncated`, `asset/global` with the byte offset
 */
export async function readPickle(
  window: ByteWindow,
  dialect: PickleDialect,
  { lazyAbove = 4096, onProgress }: PickleOptions = {},
): Promise<unknown> {
  const stack = new PickleStack();
  const source: ByteSource = window.source;

  const payload = async (length: number): Promise<Uint8Array | LazyBytes> => {
    window.expectRemaining(length);
    if (length > lazyAbove) {
      const lazy = new LazyBytes(source, window.position, length);
      window.skip(length);
      return lazy;
    }
    await window.fill(length);
    return window.take(length);
  };
  const text = async (length: number): Promise<string | LazyText> => {
    const bytes = await payload(length);
    return bytes instanceof LazyBytes ? new LazyText(source, bytes.offset, bytes.length) : utf8.decode(bytes);
  };
  const global = (module: unknown, name: unknown): unknown => {
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw pickleError(stack.offset, 'two names', 'something else');
    }
    const value = dialect.resolve(module, name);
    if (value === undefined) {
      throw foreignName(stack.offset, `${module}.${name}`);
    }
    return value;
  };
  const long = (length: number): number | bigint => {
    if (length > maxLongBytes) throw pickleError(stack.offset, 'an integer', `one of ${length} bytes`);
    return decodeLong(window.take(length));
  };

  for (let count = 0; count < maxOpcodes; count++) {
    if (!window.has(lookahead)) {
      onProgress?.(window.position);
      await window.fill(lookahead);
    }
    stack.offset = window.position;
    const opcode = window.u8();
    switch (opcode) {
      case Op.PROTO: {
        const version = window.u8();
        if (version < 2 || version > 5) throw pickleError(stack.offset, 'pickle protocol 2 to 5', `${version}`);
        break;
      }
      case Op.FRAME:
        window.skip(8);
        break;
      case Op.STOP:
        return stack.pop();

      case Op.MARK:
        stack.mark();
        break;
      case Op.POP:
        stack.pop();
        break;
      case Op.POP_MARK:
        stack.popMark();
        break;
      case Op.DUP:
        stack.push(stack.top());
        break;
      case Op.MEMOIZE:
        stack.memoize();
        break;
      case Op.BINPUT:
        stack.put(window.u8());
        break;
      case Op.LONG_BINPUT:
        stack.put(window.u32());
        break;
      case Op.BINGET:
        stack.get(window.u8());
        break;
      case Op.LONG_BINGET:
        stack.get(window.u32());
        break;

      case Op.NONE:
        stack.push(null);
        break;
      case Op.NEWTRUE:
        stack.push(true);
        break;
      case Op.NEWFALSE:
        stack.push(false);
        break;
      case Op.BININT:
        stack.push(window.i32());
        break;
      case Op.BININT1:
        stack.push(window.u8());
        break;
      case Op.BININT2:
        stack.push(window.u16());
        break;
      case Op.LONG1:
        stack.push(long(window.u8()));
        break;
      case Op.LONG4:
        stack.push(long(window.u32()));
        break;
      case Op.BINFLOAT:
        stack.push(window.f64());
        break;
      case Op.SHORT_BINUNICODE:
        stack.push(utf8.decode(window.take(window.u8())));
        break;
      case Op.BINUNICODE:
        stack.push(await text(window.u32()));
        break;
      case Op.BINUNICODE8:
        stack.push(await text(window.u64()));
        break;
      case Op.SHORT_BINBYTES:
        stack.push(window.take(window.u8()));
        break;
      case Op.BINBYTES:
        stack.push(await payload(window.u32()));
        break;
      case Op.BINBYTES8:
      case Op.BYTEARRAY8:
        stack.push(await payload(window.u64()));
        break;

      case Op.EMPTY_TUPLE:
      case Op.EMPTY_LIST:
        stack.push([]);
        break;
      case Op.TUPLE:
      case Op.LIST:
        stack.push(stack.popMark());
        break;
      case Op.TUPLE1:
      case Op.TUPLE2:
      case Op.TUPLE3:
        stack.push(stack.popMany(opcode - Op.TUPLE1 + 1));
        break;
      case Op.APPEND:
        stack.append([stack.pop()]);
        break;
      case Op.APPENDS:
        stack.append(stack.popMark());
        break;
      case Op.EMPTY_DICT:
        stack.push(new Map());
        break;
      case Op.DICT:
        stack.push(stack.dict(stack.popMark()));
        break;
      case Op.SETITEM:
        stack.setItems(stack.popMany(2));
        break;
      case Op.SETITEMS:
        stack.setItems(stack.popMark());
        break;
      case Op.EMPTY_SET:
        stack.push(new Set());
        break;
      case Op.FROZENSET:
        stack.push(new Set(stack.popMark()));
        break;
      case Op.ADDITEMS:
        stack.add(stack.popMark());
        break;

      case Op.GLOBAL:
        stack.push(global(utf8.decode(window.line()), utf8.decode(window.line())));
        break;
      case Op.STACK_GLOBAL: {
        const [module, name] = stack.popMany(2);
        stack.push(global(module, name));
        break;
      }
      case Op.REDUCE:
      case Op.NEWOBJ: {
        const [callee, args] = stack.popMany(2);
        stack.push(dialect.call(callee, asArguments(args, stack.offset), stack.offset));
        break;
      }
      case Op.NEWOBJ_EX: {
        const [callee, args] = stack.popMany(3);
        stack.push(dialect.call(callee, asArguments(args, stack.offset), stack.offset));
        break;
      }
      case Op.BUILD: {
        const state = stack.pop();
        dialect.build(stack.top(), state, stack.offset);
        break;
      }
      case Op.BINPERSID: {
        if (!dialect.persistent) throw pickleError(stack.offset, 'no persistent id', 'one');
        stack.push(dialect.persistent(stack.pop(), stack.offset));
        break;
      }
      default:
        throw pickleError(stack.offset, 'a pickle opcode', `0x${opcode.toString(16).padStart(2, '0')}`);
    }
  }
  throw pickleError(stack.offset, `fewer than ${maxOpcodes} opcodes`, 'more');
}

function asArguments(args: unknown, offset: number): readonly unknown[] {
  if (!Array.isArray(args)) throw pickleError(offset, 'a tuple of arguments', 'something else');
  return args;
}

/** Little-endian two's complement; a number where it is exact. */
function decodeLong(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  if (bytes.length > 0 && bytes[bytes.length - 1]! >= 0x80) value -= 1n << BigInt(8 * bytes.length);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
