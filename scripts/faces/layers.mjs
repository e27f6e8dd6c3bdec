// Turns a .tflite net into the layer list of assets/faces.safetensors (personalize/photos/faces/layer.ts): channels first,
// weights float16 as they are in the file, without the steps that only unpack them.

const paddings = ['same', 'valid'];

function expect(condition, what) {
  if (!condition) throw new Error(`layers: ${what}`);
}

const halves = ({ bytes }) => new Uint16Array(bytes.slice().buffer);
const ints = ({ bytes }) => new Int32Array(bytes.slice().buffer);

/** Numbers in another order of axes. */
function permute(values, dims, order) {
  const to = order.map((axis) => dims[axis]);
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, size) => product * size, 1));
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += (rest % to[axis]) * strides[order[axis]];
      rest = Math.floor(rest / to[axis]);
    }
    out[i] = values[from];
  }
  return { dims: to, bits: out };
}

/**
 * @param net what readTflite gave
 * @param {string} prefix of the tensors' names
 * @returns layers, the value each output is, and tensors: name to { dims, bits of float16 }
 */
export function layersOf({ tensors, operators, inputs, outputs }, prefix) {
  const layers = [];
  const weights = new Map();
  /** Value of our list that a computed tensor is; 0 is the input. */
  const values = new Map([[inputs[0], 0]]);
  /** A DEQUANTIZE's result stands for the float16 constant it is made of. */
  const constants = new Map();
  const constant = (index) => constants.get(index) ?? tensors[index];
  const shape = (index) => tensors[index].shape;

  const push = (step, layer, named = {}) => {
    const from = (layer.from ?? [step.inputs[0]]).map((index) => {
      expect(values.has(index), `${step.name}: ${tensors[index].name} is not computed before`);
      return values.get(index);
    });
    for (const [name, tensor] of Object.entries(named)) weights.set(`${prefix}.${layers.length}.${name}`, tensor);
    layers.push({ ...layer, from });
    values.set(step.outputs[0], layers.length);
  };
  const weight = (index, order) => {
    const tensor = constant(index);
    expect(tensor.type === 'float16', `${tensor.name}: expected float16, got ${tensor.type}`);
    return permute(halves(tensor), tensor.shape, order);
  };
  const windowOf = ({ strideX, strideY, padding }) => {
    expect(strideX === strideY, 'strides differ');
    return { stride: strideX, padding: paddings[padding] };
  };

  for (const step of operators) {
    const { name, options, inputs: from } = step;
    expect((options.activation ?? 0) === 0, `${name}: a fused activation`);
    switch (name) {
      case 'DEQUANTIZE':
        constants.set(step.outputs[0], tensors[from[0]]);
        break;
      case 'CONV_2D':
      case 'DEPTHWISE_CONV_2D': {
        expect(options.dilationX === 1 && options.dilationY === 1, `${name}: dilation`);
        expect((options.multiplier ?? 1) === 1, `${name}: multiplier`);
        const isDepthwise = name === 'DEPTHWISE_CONV_2D';
        // [O, kh, kw, I] and [1, kh, kw, C].
        const kernel = weight(from[1], isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]);
        const op = isDepthwise ? 'depthwise' : 'conv';
        push(step, { op, ...windowOf(options) }, { weight: kernel, bias: weight(from[2], [0]) });
        break;
      }
      case 'Convolution2DTransposeBias': {
        const kernel = weight(from[1], [3, 0, 1, 2]);
        expect(kernel.dims[2] === 2 && kernel.dims[3] === 2, `${name}: expected a kernel of 2 x 2`);
        const [, height, width] = shape(from[0]);
        const [, outHeight, outWidth] = shape(step.outputs[0]);
        expect(outHeight === 2 * height && outWidth === 2 * width, `${name}: expected stride 2`);
        push(step, { op: 'transposed' }, { weight: kernel, bias: weight(from[2], [0]) });
        break;
      }
      case 'PRELU':
        push(step, { op: 'prelu' }, { slope: weight(from[1], [2, 0, 1]) });
        break;
      case 'ADD':
        push(step, { op: 'add', from });
        break;
      case 'MUL':
        push(step, { op: 'multiply', from });
        break;
      case 'RELU':
        push(step, { op: 'relu' });
        break;
      case 'LOGISTIC':
        push(step, { op: 'sigmoid' });
        break;
      case 'HARD_SWISH':
        push(step, { op: 'hardSwish' });
        break;
      case 'PAD': {
        const sides = ints(constant(from[1]));
        expect(
          sides.slice(0, 7).every((n) => n === 0),
          `${name}: expected channels at the end`,
        );
        push(step, { op: 'padChannels', count: sides[7] });
        break;
      }
      case 'MAX_POOL_2D':
        expect(options.width === options.height, `${name}: window`);
        push(step, { op: 'maxPool', size: options.width, ...windowOf(options) });
        break;
      case 'AVERAGE_POOL_2D':
        expect(
          options.height === shape(from[0])[1] && options.width === shape(from[0])[2],
          `${name}: expected the whole input`,
        );
        push(step, { op: 'mean' });
        break;
      case 'RESIZE_BILINEAR': {
        expect(options.alignCorners === 0 && options.halfPixel === 1, `${name}: expected half pixels`);
        const [, height, width] = shape(step.outputs[0]);
        push(step, { op: 'resize', height, width });
        break;
      }
      case 'RESHAPE': {
        const [batch, , width] = shape(step.outputs[0]);
        expect(shape(step.outputs[0]).length === 3 && batch === 1, `${name}: expected [1, rows, width]`);
        push(step, { op: 'rows', width });
        break;
      }
      case 'CONCATENATION':
        expect(options.axis === 1 && shape(from[0]).length === 3, `${name}: expected rows`);
        push(step, { op: 'appendRows', from });
        break;
      default:
        throw new Error(`layers: ${name} is not known here.`);
    }
  }
  return { layers, outputs: outputs.map((index) => values.get(index)), weights };
}
