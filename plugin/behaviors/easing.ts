/** 0 at 0 and before, 1 at 1 and after, level at both. */
export function smoothstep(x: number): number {
  const t = Math.min(1, Math.max(0, x));
  return t * t * (3 - 2 * t);
}

export const within = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));

/** Share of the way that is gone after a time, in the unit of `time`; exact for any frame rate. */
export const approach = (passed: number, time: number): number => (time > 0 ? 1 - Math.exp(-passed / time) : 1);
