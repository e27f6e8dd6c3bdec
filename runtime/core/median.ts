const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The middle value; of an even count the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const order = sorted(values);
  const middle = order.length >> 1;
  if (order.length === 0) return NaN;
  return order.length % 2 === 1 ? order[middle]! : (order[middle - 1]! + order[middle]!) / 2;
}

/** One of the values, the middle one; of an even count the upper of the middle two. NaN of none. */
export function upperMedian(values: readonly number[]): number {
  return sorted(values)[values.length >> 1] ?? NaN;
}
