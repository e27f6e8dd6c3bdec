import { describe, expect, test } from '@jest/globals';
import { decodeBfloat16, decodeHalf, encodeBfloat16, encodeHalf } from '../../runtime/core/half.js';

const every = Uint16Array.from({ length: 65536 }, (_, i) => i);
const isNaNBits = (bits: number, exponent: number) => (bits & 0x7fff) > exponent;

/** The defining formula, in float64. */
function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}

describe('float16', () => {
  test('every bit pattern has the value its definition gives, and comes back', () => {
    const values = decodeHalf(every);
    const back = encodeHalf(values);
    for (let bits = 0; bits < 65536; bits++) {
      if (isNaNBits(bits, 0x7c00)) {
        if (!Number.isNaN(values[bits]) || !isNaNBits(back[bits]!, 0x7c00)) throw new Error(`NaN ${bits}`);
      } else if (!Object.is(values[bits], halfValue(bits)) || back[bits] !== bits) {
        throw new Error(`${bits}: ${values[bits]!}, back ${back[bits]!}`);
      }
    }
  });

  test('midpoints round to the even neighbour, their own neighbours to the nearest', () => {
    const f32 = new Float32Array(1);
    const u32 = new Uint32Array(f32.buffer);
    const encode = (value: number) => encodeHalf(Float32Array.of(value))[0];
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (halfValue(bits) + halfValue(bits + 1)) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      f32[0] = middle;
      const at = u32[0]!;
      u32[0] = at - 1;
      const below = f32[0];
      u32[0] = at + 1;
      const above = f32[0];
      if (encode(middle) !== even || encode(below) !== bits || encode(above) !== bits + 1) throw new Error(`${bits}`);
    }
  });

  test('overflow, underflow and signs', () => {
    const bits = encodeHalf(Float32Array.of(65504, 65519.996, 65520, 1e30, -Infinity, 2 ** -25, 1e-45, -0, -1e-30));
    expect([...bits]).toEqual([0x7bff, 0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 0, 0x8000, 0x8000]);
  });
});

describe('bfloat16', () => {
  test('every bit pattern comes back', () => {
    const back = encodeBfloat16(decodeBfloat16(every));
    for (let bits = 0; bits < 65536; bits++) {
      const same = isNaNBits(bits, 0x7f80) ? isNaNBits(back[bits]!, 0x7f80) : back[bits] === bits;
      if (!same) throw new Error(`${bits}`);
    }
  });

  test('ties go to even', () => {
    const values = new Float32Array(Uint32Array.of(0x3f808000, 0x3f818000, 0x3f808001, 0x7f7fffff).buffer);
    expect([...encodeBfloat16(values)]).toEqual([0x3f80, 0x3f82, 0x3f81, 0x7f80]);
  });
});
