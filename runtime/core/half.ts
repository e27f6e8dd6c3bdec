const floatBits = new Uint32Array(1);
const floatValue = new Float32Array(floatBits.buffer);

/** Largest finite float16. */
export const maxHalf = 65504;

/** float16 bit patterns to float32; exact. */
export function decodeHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  const out = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = half & 0x7c00;
    const mantissa = half & 0x03ff;
    if (exponent === 0) {
      values[i] = mantissa * 2 ** -24;
      out[i]! |= sign;
    } else if (exponent === 0x7c00) {
      out[i] = sign | 0x7f800000 | (mantissa << 13);
    } else {
      out[i] = sign | ((exponent << 13) + (112 << 23)) | (mantissa << 13);
    }
  }
  return values;
}

/** float32 to float16 bit patterns, to nearest, ties to even. From 65520 on the result is infinite; NaN stays NaN. */
export function encodeHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  const input = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < input.length; i++) {
    const word = input[i]!;
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      bits[i] = sign | 0x7e00 | ((magnitude >>> 13) & 0x03ff);
    } else if (magnitude >= 0x477ff000) {
      bits[i] = sign | 0x7c00;
    } else if (magnitude < 0x38800000) {
      // Next to 0.5 a float32 ulp is 2^-24, a subnormal half's ulp: the addition rounds to even for us.
      floatBits[0] = magnitude;
      floatValue[0]! += 0.5;
      bits[i] = sign | (floatBits[0] - 0x3f000000);
    } else {
      const rounded = magnitude + 0x0fff + ((magnitude >>> 13) & 1);
      bits[i] = sign | ((rounded - (112 << 23)) >>> 13);
    }
  }
  return bits;
}

/** bfloat16 bit patterns to float32; exact. */
export function decodeBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/** float32 to bfloat16 bit patterns, to nearest, ties to even; NaN stays NaN. */
export function encodeBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  const input = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < input.length; i++) {
    const word = input[i]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    bits[i] = isNaN ? (word >>> 16) | 0x0040 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return bits;
}
