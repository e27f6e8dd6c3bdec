/** A Python value as the writer takes it. Maps are dictionaries, arrays lists. */
export type Py =
  null | boolean | number | string | Uint8Array | readonly Py[] | ReadonlyMap<string, Py> | PyTuple | PyCall;

export class PyTuple {
  readonly items: readonly Py[];

  constructor(...items: readonly Py[]) {
    this.items = items;
  }
}

/** module.name(*args), then, if there is a state, BUILD. With `create`, NEWOBJ instead of REDUCE. */
export class PyCall {
  constructor(
    readonly module: string,
    readonly name: string,
    readonly args: readonly Py[],
    readonly extra: { readonly state?: Py; readonly create?: boolean } = {},
  ) {}
}

const text = new TextEncoder();

/** A pickle of protocol 2 to 5 in pieces; big byte strings are not copied. Test data only: no memo, no frames. */
export function writePickle(value: Py, protocol: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let small: number[] = [];
  const flush = () => {
    pieces.push(Uint8Array.from(small));
    small = [];
  };
  const raw = (bytes: Uint8Array) => {
    if (bytes.length < 4096) small.push(...bytes);
    else {
      flush();
      pieces.push(bytes);
    }
  };
  const u32 = (count: number) => small.push(count & 255, (count >>> 8) & 255, (count >>> 16) & 255, count >>> 24);
  const string = (value: Uint8Array) => {
    if (protocol >= 4 && value.length < 256) small.push(0x8c, value.length);
    else {
      small.push(0x58);
      u32(value.length);
    }
    raw(value);
  };
  const bytes = (value: Uint8Array) => {
    if (protocol >= 3) {
      small.push(0x42);
      u32(value.length);
      raw(value);
      return;
    }
    global('_codecs', 'encode');
    string(encodeLatin1(value));
    write('latin1');
    small.push(0x86, 0x52);
  };
  const global = (module: string, name: string) => {
    if (protocol >= 4) {
      write(module);
      write(name);
      small.push(0x93);
    } else {
      small.push(0x63);
      raw(text.encode(`${module}\n${name}\n`));
    }
  };
  const number = (value: number) => {
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
      small.push(0x4a);
      u32(value);
    } else {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value, false);
      small.push(0x47, ...new Uint8Array(view.buffer));
    }
  };
  const tuple = (items: readonly Py[]) => {
    small.push(0x28);
    items.forEach(write);
    small.push(0x74);
  };
  function write(value: Py): void {
    if (value === null) small.push(0x4e);
    else if (typeof value === 'boolean') small.push(value ? 0x88 : 0x89);
    else if (typeof value === 'number') number(value);
    else if (typeof value === 'string') string(text.encode(value));
    else if (value instanceof Uint8Array) bytes(value);
    else if (value instanceof PyTuple) tuple(value.items);
    else if (value instanceof PyCall) {
      global(value.module, value.name);
      tuple(value.args);
      small.push(value.extra.create === true ? 0x81 : 0x52);
      if (value.extra.state !== undefined) {
        write(value.extra.state);
        small.push(0x62);
      }
    } else if (value instanceof Map) {
      small.push(0x7d, 0x28);
      for (const [key, item] of value as ReadonlyMap<string, Py>) {
        write(key);
        write(item);
      }
      small.push(0x75);
    } else {
      small.push(0x5d, 0x28);
      (value as readonly Py[]).forEach(write);
      small.push(0x65);
    }
  }
  small.push(0x80, protocol);
  write(value);
  small.push(0x2e);
  flush();
  return pieces;
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function encodeLatin1(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 * bytes.length);
  let length = 0;
  for (const byte of bytes) {
    if (byte < 0x80) out[length++] = byte;
    else {
      out[length++] = 0xc0 | (byte >> 6);
      out[length++] = 0x80 | (byte & 0x3f);
    }
  }
  return out.slice(0, length);
}
