/** Calls of WebGPU by name. */
export type Calls = Readonly<Record<string, number>>;

/** Counts calls of WebGPU while a body runs. */
export async function callsOf(device: GPUDevice, body: () => Promise<void>): Promise<Calls> {
  const calls: Record<string, number> = {};
  const undo: (() => void)[] = [];
  const watch = (target: object, name: string): void => {
    const methods = target as Record<string, (...args: unknown[]) => unknown>;
    const own = Object.getOwnPropertyDescriptor(target, name);
    const original = methods[name]!;
    calls[name] = 0;
    methods[name] = function (this: unknown, ...args: unknown[]): unknown {
      calls[name]!++;
      return original.apply(this, args);
    };
    undo.push(() => (own ? Object.defineProperty(target, name, own) : Reflect.deleteProperty(target, name)));
  };
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  watch(device, 'createBindGroup');
  watch(device.queue, 'writeBuffer');
  watch(device.queue, 'submit');
  watch(Object.getPrototypeOf(encoder) as object, 'beginComputePass');
  watch(Object.getPrototypeOf(pass) as object, 'dispatchWorkgroups');
  watch(Object.getPrototypeOf(pass) as object, 'dispatchWorkgroupsIndirect');
  pass.end();
  try {
    await body();
  } finally {
    for (const each of undo) each();
  }
  return calls;
}

/** Dispatches among them, indirect ones too. */
export const dispatchesOf = ({ dispatchWorkgroups = 0, dispatchWorkgroupsIndirect = 0 }: Calls): number =>
  dispatchWorkgroups + dispatchWorkgroupsIndirect;
