// Reads the part of a .tflite file that a plain feed-forward net needs. The format is a flatbuffer: a table starts with the
// distance back to its vtable, which holds the offset of every field, 0 for a field that is absent. Field numbers are those
// of TensorFlow Lite's schema.fbs.
import { TextDecoder } from 'node:util';

/** Numbers of builtin operators and of tensor types that occur here. */
const operators = new Map([
  [0, 'ADD'],
  [1, 'AVERAGE_POOL_2D'],
  [2, 'CONCATENATION'],
  [3, 'CONV_2D'],
  [4, 'DEPTHWISE_CONV_2D'],
  [6, 'DEQUANTIZE'],
  [14, 'LOGISTIC'],
  [17, 'MAX_POOL_2D'],
  [18, 'MUL'],
  [19, 'RELU'],
  [22, 'RESHAPE'],
  [23, 'RESIZE_BILINEAR'],
  [34, 'PAD'],
  [54, 'PRELU'],
  [117, 'HARD_SWISH'],
]);
const types = new Map([
  [0, 'float32'],
  [1, 'float16'],
  [2, 'int32'],
]);
const custom = 32;

/** Names of the options' fields, by their number. */
const convolution = { padding: [0, 'byte'], strideX: [1, 'int'], strideY: [2, 'int'] };
const pooling = { ...convolution, width: [3, 'int'], height: [4, 'int'], activation: [5, 'byte'] };
const optionsOf = {
  ADD: { activation: [0, 'byte'] },
  MUL: { activation: [0, 'byte'] },
  CONCATENATION: { axis: [0, 'int'], activation: [1, 'byte'] },
  CONV_2D: { ...convolution, activation: [3, 'byte'], dilationX: [4, 'int', 1], dilationY: [5, 'int', 1] },
  DEPTHWISE_CONV_2D: {
    ...convolution,
    ...{ multiplier: [3, 'int'], activation: [4, 'byte'], dilationX: [5, 'int', 1], dilationY: [6, 'int', 1] },
  },
  AVERAGE_POOL_2D: pooling,
  MAX_POOL_2D: pooling,
  RESIZE_BILINEAR: { alignCorners: [2, 'byte'], halfPixel: [3, 'byte'] },
};

class Flatbuffer {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where an offset leads. */
  follow(at) {
    return at + this.view.getUint32(at, true);
  }

  /** Position of a table's field, or null. */
  field(table, number) {
    const vtable = table - this.view.getInt32(table, true);
    const entry = 4 + 2 * number;
    if (entry >= this.view.getUint16(vtable, true)) return null;
    const offset = this.view.getUint16(vtable + entry, true);
    return offset === 0 ? null : table + offset;
  }

  number(table, number, kind, otherwise = 0) {
    const at = this.field(table, number);
    if (at === null) return otherwise;
    return kind === 'byte' ? this.view.getInt8(at) : this.view.getInt32(at, true);
  }

  table(table, number) {
    const at = this.field(table, number);
    return at === null ? null : this.follow(at);
  }

  vector(table, number) {
    const at = this.table(table, number);
    return at === null ? { length: 0, at: 0 } : { length: this.view.getUint32(at, true), at: at + 4 };
  }

  bytesOf(table, number) {
    const { length, at } = this.vector(table, number);
    return this.bytes.slice(at, at + length);
  }

  text(table, number) {
    return new TextDecoder().decode(this.bytesOf(table, number));
  }

  ints(table, number) {
    const { length, at } = this.vector(table, number);
    return Array.from({ length }, (_, i) => this.view.getInt32(at + 4 * i, true));
  }

  tables(table, number) {
    const { length, at } = this.vector(table, number);
    return Array.from({ length }, (_, i) => this.follow(at + 4 * i));
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns tensors ({ name, shape, type, bytes: null where it is computed }), operators ({ name, options, inputs, outputs as
 *   indices of tensors }), inputs and outputs of the first subgraph
 */
export function readTflite(bytes) {
  if (new TextDecoder().decode(bytes.subarray(4, 8)) !== 'TFL3') throw new Error('tflite: expected the mark TFL3.');
  const f = new Flatbuffer(bytes);
  const model = f.follow(0);
  const codes = f.tables(model, 1).map((code) => {
    // The number moved from a byte to an int; old files fill the byte alone.
    const number = Math.max(f.number(code, 0, 'byte'), f.number(code, 3, 'int'));
    const name = number === custom ? f.text(code, 1) : operators.get(number);
    if (name === undefined) throw new Error(`tflite: operator ${number} is not known here.`);
    return name;
  });
  const buffers = f.tables(model, 4).map((buffer) => f.bytesOf(buffer, 0));
  const [graph] = f.tables(model, 2);
  const tensors = f.tables(graph, 0).map((tensor) => {
    const name = f.text(tensor, 3);
    const type = types.get(f.number(tensor, 1, 'byte'));
    if (type === undefined) throw new Error(`tflite: the type of ${name} is not known here.`);
    if (f.field(tensor, 6) !== null) throw new Error(`tflite: ${name} is sparse, which is not known here.`);
    const data = buffers[f.number(tensor, 2, 'int')];
    return { name, shape: f.ints(tensor, 0), type, bytes: data?.length ? data : null };
  });
  const steps = f.tables(graph, 3).map((step) => {
    const name = codes[f.number(step, 0, 'int')];
    const table = f.table(step, 4);
    const options = {};
    for (const [key, [number, kind, otherwise]] of Object.entries(optionsOf[name] ?? {})) {
      options[key] = table === null ? (otherwise ?? 0) : f.number(table, number, kind, otherwise);
    }
    return { name, options, inputs: f.ints(step, 1), outputs: f.ints(step, 2) };
  });
  return { tensors, operators: steps, inputs: f.ints(graph, 1), outputs: f.ints(graph, 2) };
}
