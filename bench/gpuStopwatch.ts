/** Times what a device does between two points of its queue, by the device's own clock. */
export class GpuStopwatch {
  private constructor(
    private readonly _device: GPUDevice,
    private readonly _set: GPUQuerySet,
    private readonly _resolved: GPUBuffer,
    private readonly _staging: GPUBuffer,
  ) {}

  /** null where the device has no timestamp-query. */
  static create(device: GPUDevice): GpuStopwatch | null {
    if (!device.features.has('timestamp-query')) return null;
    const set = device.createQuerySet({ type: 'timestamp', count: 2 });
    const resolved = device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    const staging = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    return new GpuStopwatch(device, set, resolved, staging);
  }

  /** Waits until the device has nothing to do, and starts. */
  async start(): Promise<void> {
    await this._device.queue.onSubmittedWorkDone();
    this._mark(0);
  }

  /** Milliseconds since `start`. */
  async stop(): Promise<number> {
    this._mark(1);
    const encoder = this._device.createCommandEncoder();
    encoder.resolveQuerySet(this._set, 0, 2, this._resolved, 0);
    encoder.copyBufferToBuffer(this._resolved, 0, this._staging, 0, 16);
    this._device.queue.submit([encoder.finish()]);
    await this._staging.mapAsync(GPUMapMode.READ);
    const [from, to] = new BigInt64Array(this._staging.getMappedRange()) as unknown as [bigint, bigint];
    this._staging.unmap();
    return Number(to - from) / 1e6;
  }

  /** Best of some, milliseconds. */
  async time(submit: () => void, runs = 5): Promise<number> {
    let best = Infinity;
    for (let i = 0; i < runs; i++) {
      await this.start();
      submit();
      best = Math.min(best, await this.stop());
    }
    return best;
  }

  private _mark(index: number): void {
    const encoder = this._device.createCommandEncoder();
    const timestampWrites = { querySet: this._set, beginningOfPassWriteIndex: index };
    encoder.beginComputePass({ timestampWrites }).end();
    this._device.queue.submit([encoder.finish()]);
  }
}
