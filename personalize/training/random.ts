import { hashKey, hashUniform } from '../../runtime/core/hash.js';

/** Seeded random numbers whose state is one counter, so that a run can be stopped and continued. */
export class Random {
  private readonly _key: number;

  /** @param count numbers already drawn */
  constructor(
    seed: string,
    public count = 0,
  ) {
    this._key = hashKey(seed);
  }

  /** Uniform in (0, 1). */
  uniform(): number {
    return hashUniform(this._key, this.count++);
  }

  /** Whole number in 0 .. end - 1. */
  integer(end: number): number {
    return Math.min(end - 1, Math.floor(this.uniform() * end));
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}
