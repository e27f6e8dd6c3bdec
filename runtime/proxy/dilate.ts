/**
 * Spreads known colours over the rest of a square picture, ring by ring: each new texel is the mean of its known
 * neighbours; left and right border touch. Changes both arrays; where nothing is known, nothing happens.
 * @param colors [size, size, 3]
 * @param known [size, size], 1 where there is a colour
 */
export function dilate(colors: Float32Array, known: Uint8Array, size: number): void {
  let border = ring(known, size, known.keys());
  while (border.length > 0) {
    const means = border.map((texel) => {
      const mean = [0, 0, 0];
      const around = neighboursOf(texel, size).filter((other) => known[other] === 1);
      for (const other of around) for (let c = 0; c < 3; c++) mean[c]! += colors[other * 3 + c]! / around.length;
      return mean;
    });
    border.forEach((texel, i) => {
      colors.set(means[i]!, texel * 3);
      known[texel] = 1;
    });
    border = ring(known, size, new Set(border.flatMap((texel) => neighboursOf(texel, size))));
  }
}

/** Unknown texels among the candidates that have a known neighbour. */
function ring(known: Uint8Array, size: number, candidates: Iterable<number>): number[] {
  return [...candidates].filter(
    (texel) => known[texel] === 0 && neighboursOf(texel, size).some((other) => known[other] === 1),
  );
}

function neighboursOf(texel: number, size: number): number[] {
  const [x, y] = [texel % size, Math.floor(texel / size)];
  const out: number[] = [];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const [nx, ny] = [(x + dx + size) % size, y + dy];
      if ((dx !== 0 || dy !== 0) && ny >= 0 && ny < size) out.push(ny * size + nx);
    }
  }
  return out;
}
