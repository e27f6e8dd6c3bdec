/**
 * One axis of a bilinear resize (align_corners false) as a matrix, so that it runs, and later differentiates, as two
 * matrix products. With `antialias` a reduction averages over a triangle of the output pixel's width, as PyTorch's
 * `interpolate(antialias=True)` does; an enlargement is the same with and without.
 * @returns [outputSize, inputSize] row-major; rows sum to 1
 */
export function resizeMatrix(inputSize: number, outputSize: number, antialias: boolean): Float32Array {
  const matrix = new Float32Array(outputSize * inputSize);
  const ratio = inputSize / outputSize;
  const support = antialias ? Math.max(1, ratio) : 1;
  for (let i = 0; i < outputSize; i++) {
    const center = ratio * (i + 0.5);
    const weights = new Map<number, number>();
    if (antialias) {
      const first = Math.max(0, Math.trunc(center - support + 0.5));
      const end = Math.min(inputSize, Math.trunc(center + support + 0.5));
      for (let j = first; j < end; j++) {
        weights.set(j, Math.max(0, 1 - Math.abs((j - center + 0.5) / support)));
      }
    } else {
      // Without antialiasing PyTorch clamps the coordinate at 0 and repeats the last pixel.
      const x = Math.max(0, center - 0.5);
      const j = Math.min(Math.floor(x), inputSize - 1);
      const k = Math.min(j + 1, inputSize - 1);
      weights.set(j, 1 - (x - j));
      weights.set(k, (weights.get(k) ?? 0) + (x - j));
    }
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    for (const [j, weight] of weights) matrix[i * inputSize + j] = weight / total;
  }
  return matrix;
}
