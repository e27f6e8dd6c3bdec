/** A matte that is neither is where a net or a brush was unsure: hair, shoulders, what stands behind them. */
const low = 0.05;
const high = 0.95;
/** What such a pixel counts. */
const unsure = 0.25;
/** Pixels of a 128 wide photo around such a pixel that are as unsure. */
const band = 1;

/**
 * How much each pixel of a photo counts by its matte: halos come from pixels that are neither head nor background.
 * @param mask [side, side], 0..1
 * @returns [side, side]: 1 where the matte is sure, a quarter in and around what it is not
 */
export function matteCertainty(mask: Float32Array, side: number): Float32Array {
  const reach = Math.round((band * side) / 128);
  const certainty = new Float32Array(side * side).fill(1);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const value = mask[y * side + x]!;
      if (value <= low || value >= high) continue;
      for (let v = Math.max(0, y - reach); v <= Math.min(side - 1, y + reach); v++) {
        certainty.fill(unsure, v * side + Math.max(0, x - reach), v * side + Math.min(side - 1, x + reach) + 1);
      }
    }
  }
  return certainty;
}
