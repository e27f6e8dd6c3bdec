/** 0 at 0 and before, 1 at 1 and after, level at both. */
export function smoothstep(x: number): number {
  const t = Math.min(1, Math.max(0, x));
  return t * t * (3 - 2 * t);
}
