/** All of an adapter's own limits, to ask its device for: the defaults would refuse large planes. */
export function adapterLimits(adapter: GPUAdapter): Record<string, number> {
  const limits: Record<string, number> = {};
  // They are accessors of the prototype, which only for-in finds.
  for (const key in adapter.limits) {
    const value = adapter.limits[key as keyof GPUSupportedLimits] as unknown;
    if (typeof value === 'number') limits[key] = value;
  }
  return limits;
}
