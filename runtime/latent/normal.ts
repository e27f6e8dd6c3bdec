import { NumericError } from '../core/errors.js';
import { expectGiven } from '../core/given.js';

/**
 * Numbers of the standard normal distribution as numpy's RandomState(seed).randn makes them (MT19937, 53-bit uniforms,
 * Marsaglia's polar method), because that is what a seed means to users of EG3D: the same seed, the same face.
 */

const stateSize = 624;
const middle = 397;

class MersenneTwister {
  private readonly _state = new Uint32Array(stateSize);
  private _next = stateSize;

  constructor(seed: number) {
    this._state[0] = seed >>> 0;
    for (let i = 1; i < stateSize; i++) {
      const previous = this._state[i - 1]!;
      this._state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  private _word(): number {
    if (this._next === stateSize) this._refill();
    let y = this._state[this._next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private _refill(): void {
    for (let i = 0; i < stateSize; i++) {
      const y = (this._state[i]! & 0x80000000) | (this._state[(i + 1) % stateSize]! & 0x7fffffff);
      this._state[i] = this._state[(i + middle) % stateSize]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this._next = 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this._word() >>> 5;
    return (high * 67108864 + (this._word() >>> 6)) / 9007199254740992;
  }
}

/**
 * @param seed whole number, 0 .. 2^32 - 1
 * @returns [count] f32
 */
export function standardNormal(seed: number, count: number): Float32Array {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new NumericError(
      'latent/seed',
      `standardNormal: a seed is a whole number from 0 to 4294967295, got ${seed}.`,
    );
  }
  expectGiven('standardNormal: count', 'count', count);
  const twister = new MersenneTwister(seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * twister.uniform() - 1;
      y = 2 * twister.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    values[i] = factor * y;
    if (i + 1 < count) values[i + 1] = factor * x;
  }
  return values;
}
