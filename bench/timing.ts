/** Best and median of several runs after a warm-up, ms. */
export interface Timing {
  readonly best: number;
  readonly median: number;
}

export async function time(body: () => Promise<unknown>, runs = 5): Promise<Timing> {
  await body();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { best: times[0]!, median: times[Math.floor(times.length / 2)]! };
}
