import { storageBuffer } from '../buffers.js';

/** Named buffers that grow as they are needed, for one kernel after the other: renderers of several sizes share them. */
export class WorkingMemory {
  private readonly _buffers = new Map<string, GPUBuffer>();

  constructor(readonly device: GPUDevice) {}

  /** Bytes on the GPU. */
  get bytes(): number {
    return [...this._buffers.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** A storage buffer of at least that size. What was in it is lost where it grows. */
  room(name: string, bytes: number, indirect = false): GPUBuffer {
    const known = this._buffers.get(name);
    if (known && known.size >= bytes) return known;
    const remedy = 'Render a smaller picture.';
    const grown = storageBuffer(this.device, `fast ${name}`, bytes, remedy, indirect ? GPUBufferUsage.INDIRECT : 0);
    known?.destroy();
    this._buffers.set(name, grown);
    return grown;
  }

  /** A uniform buffer. */
  uniform(name: string, bytes: number): GPUBuffer {
    const known = this._buffers.get(name);
    if (known) return known;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ label: `fast ${name}`, size: bytes, usage });
    this._buffers.set(name, buffer);
    return buffer;
  }

  /** All of a buffer that there is. */
  bound(name: string): GPUBufferBinding {
    return { buffer: this._buffers.get(name)! };
  }

  dispose(): void {
    for (const buffer of this._buffers.values()) buffer.destroy();
    this._buffers.clear();
  }
}
