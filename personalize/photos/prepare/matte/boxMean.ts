/**
 * Means over (2 radius + 1)² neighbours, those outside the image left out.
 * @param from [side, side]
 * @returns [side, side]
 */
export function boxMean(from: Float32Array, side: number, radius: number): Float32Array {
  const rows = new Float32Array(from.length);
  const out = new Float32Array(from.length);
  for (let y = 0; y < side; y++) slide(from, rows, y * side, 1, side, radius);
  for (let x = 0; x < side; x++) slide(rows, out, x, side, side, radius);
  return out;
}

/** Means along one line of an image. */
function slide(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  let [sum, count] = [0, 0];
  for (let i = -radius; i < length; i++) {
    const [enters, leaves] = [i + radius, i - radius - 1];
    if (enters < length) {
      sum += from[start + enters * step]!;
      count++;
    }
    if (leaves >= 0) {
      sum -= from[start + leaves * step]!;
      count--;
    }
    if (i >= 0) to[start + i * step] = sum / count;
  }
}
