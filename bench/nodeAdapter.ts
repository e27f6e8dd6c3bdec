/** Puts Dawn's WebGPU where browsers have it, for engines that make their device themselves; null where there is none. */
export async function nodeAdapterOrNull(): Promise<GPUAdapter | null> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const navigator = { userAgent: 'node', gpu: create([]) };
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
    // Babylon calls forEach; Dawn's set-like has only the iterator.
    const { GPUSupportedFeatures } = globals as Record<string, { readonly prototype: { forEach?: unknown } }>;
    const features = GPUSupportedFeatures!.prototype;
    features.forEach ??= function (this: Iterable<string>, visit: (name: string) => void) {
      for (const name of this) visit(name);
    };
    return await navigator.gpu.requestAdapter();
  } catch {
    return null;
  }
}

export const adapterName = ({ info }: GPUAdapter): string => info.description || info.device || info.vendor;
