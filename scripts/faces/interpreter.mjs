// Runs a .tflite net by plain loops in float64, channels last, straight from the file: the oracle that the goldens of
// assets/faces.safetensors come from. It shares nothing with the graphs but the reader of the file.

/** float16 bits as a number. */
function half(bits) {
  const sign = bits >> 15 ? -1 : 1;
  const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

function constantOf({ shape, type, bytes }) {
  const buffer = bytes.slice().buffer;
  if (type === 'float16') return { shape, data: Float64Array.from(new Uint16Array(buffer), half) };
  return { shape, data: type === 'int32' ? new Int32Array(buffer) : new Float64Array(new Float32Array(buffer)) };
}

/** TensorFlow's SAME: what is missing is halved, the odd row or column goes to the end; VALID: nothing is added. */
function before(input, output, kernel, stride, padding) {
  return padding === 1 ? 0 : Math.floor(Math.max(0, (output - 1) * stride + kernel - input) / 2);
}

/** Calls `visit` for every place of the window of every output pixel that lies in the input. */
function slide([, height, width], [, outHeight, outWidth], [kernelY, kernelX], { strideX, strideY, padding }, visit) {
  const [top, left] = [
    before(height, outHeight, kernelY, strideY, padding),
    before(width, outWidth, kernelX, strideX, padding),
  ];
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      for (let ky = 0; ky < kernelY; ky++) {
        const row = y * strideY + ky - top;
        if (row < 0 || row >= height) continue;
        for (let kx = 0; kx < kernelX; kx++) {
          const column = x * strideX + kx - left;
          if (column < 0 || column >= width) continue;
          visit(y * outWidth + x, row * width + column, ky * kernelX + kx);
        }
      }
    }
  }
}

function convolve(x, weight, bias, options, out) {
  const [outputs, kernelY, kernelX, inputs] = weight.shape;
  const window = kernelY * kernelX;
  for (let i = 0; i < out.data.length; i++) out.data[i] = bias.data[i % outputs];
  slide(x.shape, out.shape, [kernelY, kernelX], options, (to, from, place) => {
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      const at = (o * window + place) * inputs;
      for (let c = 0; c < inputs; c++) sum += x.data[from * inputs + c] * weight.data[at + c];
      out.data[to * outputs + o] += sum;
    }
  });
}

function convolveDepthwise(x, weight, bias, options, out) {
  const [, kernelY, kernelX, channels] = weight.shape;
  for (let i = 0; i < out.data.length; i++) out.data[i] = bias.data[i % channels];
  slide(x.shape, out.shape, [kernelY, kernelX], options, (to, from, place) => {
    for (let c = 0; c < channels; c++) {
      out.data[to * channels + c] += x.data[from * channels + c] * weight.data[place * channels + c];
    }
  });
}

/** Every input pixel spreads over its own block of 2 x 2. */
function convolveTransposed(x, weight, bias, out) {
  const [outputs, kernelY, kernelX, inputs] = weight.shape;
  const [, height, width] = x.shape;
  for (let y = 0; y < height * kernelY; y++) {
    for (let column = 0; column < width * kernelX; column++) {
      const from = (Math.floor(y / kernelY) * width + Math.floor(column / kernelX)) * inputs;
      for (let o = 0; o < outputs; o++) {
        let sum = bias.data[o];
        const at = ((o * kernelY + (y % kernelY)) * kernelX + (column % kernelX)) * inputs;
        for (let c = 0; c < inputs; c++) sum += x.data[from + c] * weight.data[at + c];
        out.data[(y * width * kernelX + column) * outputs + o] = sum;
      }
    }
  }
}

function pool(x, { width, height, ...options }, out, isMax) {
  const channels = x.shape[3];
  const counts = new Float64Array(out.data.length);
  out.data.fill(isMax ? -Infinity : 0);
  slide(x.shape, out.shape, [height, width], options, (to, from) => {
    for (let c = 0; c < channels; c++) {
      const value = x.data[from * channels + c];
      const at = to * channels + c;
      out.data[at] = isMax ? Math.max(out.data[at], value) : out.data[at] + value;
      counts[at]++;
    }
  });
  if (!isMax) for (let i = 0; i < counts.length; i++) out.data[i] /= counts[i];
}

/** Half pixels: the middle of output pixel i lies at (i + .5) in / out - .5. */
function resize(x, out) {
  const [, height, width, channels] = x.shape;
  const [, outHeight, outWidth] = out.shape;
  const clamp = (value, size) => Math.min(size - 1, Math.max(0, value));
  for (let y = 0; y < outHeight; y++) {
    const v = Math.max(0, ((y + 0.5) * height) / outHeight - 0.5);
    const rows = [clamp(Math.floor(v), height), clamp(Math.floor(v) + 1, height)];
    for (let column = 0; column < outWidth; column++) {
      const u = Math.max(0, ((column + 0.5) * width) / outWidth - 0.5);
      const columns = [clamp(Math.floor(u), width), clamp(Math.floor(u) + 1, width)];
      for (let c = 0; c < channels; c++) {
        const at = (i, j) => x.data[(rows[i] * width + columns[j]) * channels + c];
        const [fy, fx] = [v - Math.floor(v), u - Math.floor(u)];
        out.data[(y * outWidth + column) * channels + c] =
          (1 - fy) * ((1 - fx) * at(0, 0) + fx * at(0, 1)) + fy * ((1 - fx) * at(1, 0) + fx * at(1, 1));
      }
    }
  }
}

const maps = {
  RELU: (v) => Math.max(0, v),
  LOGISTIC: (v) => 1 / (1 + Math.exp(-v)),
  HARD_SWISH: (v) => (v * Math.min(6, Math.max(0, v + 3))) / 6,
};
const pairs = { ADD: (a, b) => a + b, MUL: (a, b) => a * b };

/**
 * @param net what readTflite gave
 * @param {Float64Array} picture [size, size, 3]
 * @returns {Float64Array[]} the outputs in the file's order
 */
export function interpret({ tensors, operators, inputs, outputs }, picture) {
  const values = new Map([[inputs[0], { shape: tensors[inputs[0]].shape, data: picture }]]);
  const valueOf = (index) => {
    if (!values.has(index)) values.set(index, constantOf(tensors[index]));
    return values.get(index);
  };
  for (const { name, options, inputs: from, outputs: to } of operators) {
    const [x, second, third] = from.map(valueOf);
    const { shape } = tensors[to[0]];
    const out = { shape, data: new Float64Array(shape.reduce((product, size) => product * size, 1)) };
    values.set(to[0], out);
    if (name in maps) out.data.set(x.data.map(maps[name]));
    else if (name in pairs) {
      const length = second.data.length;
      out.data.set(x.data.map((value, i) => pairs[name](value, second.data[i % length])));
    } else if (name === 'DEQUANTIZE' || name === 'RESHAPE') out.data.set(x.data);
    else if (name === 'CONV_2D') convolve(x, second, third, options, out);
    else if (name === 'DEPTHWISE_CONV_2D') convolveDepthwise(x, second, third, options, out);
    else if (name === 'Convolution2DTransposeBias') convolveTransposed(x, second, third, out);
    else if (name === 'MAX_POOL_2D' || name === 'AVERAGE_POOL_2D') pool(x, options, out, name === 'MAX_POOL_2D');
    else if (name === 'RESIZE_BILINEAR') resize(x, out);
    else if (name === 'PRELU') {
      const channels = second.data.length;
      out.data.set(x.data.map((value, i) => (value > 0 ? value : value * second.data[i % channels])));
    } else if (name === 'PAD') {
      const [few, many] = [x.shape[3], shape[3]];
      x.data.forEach((value, i) => (out.data[Math.floor(i / few) * many + (i % few)] = value));
    } else if (name === 'CONCATENATION') {
      let at = 0;
      for (const { data } of from.map(valueOf)) {
        out.data.set(data, at);
        at += data.length;
      }
    } else throw new Error(`interpreter: ${name} is not known here.`);
  }
  return outputs.map((index) => values.get(index).data);
}
