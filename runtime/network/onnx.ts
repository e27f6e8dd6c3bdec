import protobuf from 'protobufjs/minimal.js';
import { HeadError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { Attribute, Graph, GraphNode, IntTensor, Value } from './graph.js';

/**
 * Encodes a graph as an ONNX ModelProto. Field numbers are those of onnx.proto (IR version 8, opset 17), written
 * with protobufjs' writer; only the messages these networks need.
 */
export const onnxOpset = 17;
const irVersion = 8;

const elementType = { float: 1, int64: 7 } as const;
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const;

type Writer = protobuf.Writer;

const lengthDelimited = (field: number): number => ((field << 3) | 2) >>> 0;
const varint = (field: number): number => (field << 3) >>> 0;
const fixed32 = (field: number): number => ((field << 3) | 5) >>> 0;

function message(writer: Writer, field: number, body: (w: Writer) => void): void {
  writer.uint32(lengthDelimited(field)).fork();
  body(writer);
  writer.ldelim();
}

function string(writer: Writer, field: number, value: string): void {
  writer.uint32(lengthDelimited(field)).string(value);
}

function int(writer: Writer, field: number, value: number): void {
  writer.uint32(varint(field)).int64(value);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function writeTensor(writer: Writer, name: string, value: Tensor | IntTensor): void {
  for (const size of value.dims) int(writer, 1, size);
  const isFloat = 'data' in value;
  int(writer, 2, isFloat ? elementType.float : elementType.int64);
  string(writer, 8, name);
  const typed = isFloat ? value.data : BigInt64Array.from(value.ints, BigInt);
  const bytes = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
  writer.uint32(lengthDelimited(9)).bytes(bytes);
}

/** AttributeProto: name 1, f 2, i 3, s 4, ints 8, type 20. */
function writeAttribute(writer: Writer, name: string, value: Attribute): void {
  string(writer, 1, name);
  if (typeof value === 'number') {
    int(writer, 3, value);
    int(writer, 20, attributeType.int);
  } else if (typeof value === 'string') {
    writer.uint32(lengthDelimited(4)).bytes(new TextEncoder().encode(value));
    int(writer, 20, attributeType.string);
  } else if ('float' in value) {
    writer.uint32(fixed32(2)).float(value.float);
    int(writer, 20, attributeType.float);
  } else {
    for (const entry of value) int(writer, 8, entry);
    int(writer, 20, attributeType.ints);
  }
}

/** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5. */
function writeNode(writer: Writer, node: GraphNode): void {
  for (const input of node.inputs) string(writer, 1, input);
  for (const output of node.outputs) string(writer, 2, output);
  string(writer, 3, node.outputs[0] ?? node.op);
  string(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (w) => writeAttribute(w, name, value));
  }
}

/** ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1 } } } }. */
function writeValueInfo(writer: Writer, value: Value): void {
  string(writer, 1, value.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensorType) => {
      int(tensorType, 1, elementType.float);
      message(tensorType, 2, (shape) => {
        for (const size of value.dims) message(shape, 1, (dim) => int(dim, 1, size));
      });
    }),
  );
}

/** GraphProto: node 1, name 2, initializer 5, input 11, output 12. */
function writeGraph(writer: Writer, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, (w) => writeNode(w, node));
  string(writer, 2, graph.name);
  for (const [name, value] of graph.initializers) message(writer, 5, (w) => writeTensor(w, name, value));
  for (const value of graph.inputs) message(writer, 11, (w) => writeValueInfo(w, value));
  for (const value of graph.outputs) message(writer, 12, (w) => writeValueInfo(w, value));
}

/**
 * @returns the bytes of a model that ONNX Runtime loads
 * @throws HeadError if the model passes protobuf's limit of 2 GiB
 */
export function encodeOnnx(graph: Graph): Uint8Array {
  let weights = 0;
  for (const value of graph.initializers.values()) weights += 'data' in value ? value.data.byteLength : 0;
  if (weights >= 2 ** 31 - 2 ** 20) {
    throw new HeadError('graph/size', `encodeOnnx: ${weights} bytes of weights pass protobuf's limit of 2 GiB.`);
  }
  // ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8 { version 2 }.
  const writer = protobuf.Writer.create();
  int(writer, 1, irVersion);
  string(writer, 2, 'personalized-head');
  message(writer, 7, (w) => writeGraph(w, graph));
  message(writer, 8, (w) => int(w, 2, onnxOpset));
  return writer.finish();
}
