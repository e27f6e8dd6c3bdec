/** Length of an optimiser's step, by the share of the steps done, 0..1. */
export type RateSchedule = (share: number) => number;

export const fixedRate =
  (rate: number): RateSchedule =>
  () =>
    rate;

/** Falls along half a cosine from `rate` to `end` times it, after a linear warm-up over the first `warmUp` of the steps. */
export const cosineRate =
  (rate: number, end = 0.05, warmUp = 0.02): RateSchedule =>
  (share) =>
    share < warmUp
      ? (rate * (share + 1e-3)) / (warmUp + 1e-3)
      : rate * (end + ((1 - end) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2);
