import { AssetError } from '../../core/errors.js';
import { formatDims, sizeOf, tensor, type Tensor } from '../../core/tensor.js';
import { decodeElements, isDims, itemSize, toFloat32, type Dtype, type ExactArray } from '../dtype.js';
import { pickleError } from './pickleError.js';
import { TorchStorage } from './torchStorage.js';

/** A repeated (stride 0) view may name more elements than its storage has; beyond this many it is refused. */
const maxRepeated = 1 << 20;

/** A view of a storage, as `torch._utils._rebuild_tensor_v2` describes it; unread. Strides count elements. */
export class TorchTensor {
  private constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly dims: readonly number[],
    readonly strides: readonly number[],
  ) {}

  static rebuild(args: readonly unknown[], at: number): TorchTensor {
    const [storage, offset, dims, strides] = args;
    const described =
      storage instanceof TorchStorage &&
      typeof offset === 'number' &&
      Number.isSafeInteger(offset) &&
      offset >= 0 &&
      isDims(dims) &&
      isDims(strides) &&
      dims.length === strides.length;
    if (!described) throw pickleError(at, 'a tensor (storage, offset, sizes, strides)', 'something else');
    return new TorchTensor(storage, offset, dims, strides);
  }

  async dtype(): Promise<Dtype> {
    return (await this.storage.layout()).dtype;
  }

  /** The values in row-major order, exact. @throws AssetError if the view leaves its storage */
  async read(where: string): Promise<ExactArray> {
    const { dtype, count } = await this.storage.layout();
    const span = this.checkedSpan(count, where);
    const size = itemSize(dtype);
    const bytes = await this.storage.read(this.offset * size, span * size);
    const elements = decodeElements(bytes, dtype);
    return this.isContiguous() ? elements : this.gather(elements);
  }

  async readFloat32(where: string): Promise<Tensor> {
    return tensor(toFloat32(await this.read(where)), this.dims, where);
  }

  /** Elements from the first to the last the view touches. */
  private checkedSpan(count: number, where: string): number {
    const values = sizeOf(this.dims);
    if (values === 0) return 0;
    const span = this.dims.reduce((sum, size, axis) => sum + (size - 1) * this.strides[axis]!, 1);
    const fits = this.offset + span <= count && (values <= count || values <= maxRepeated);
    if (!fits) {
      throw new AssetError(
        'asset/tensor',
        `${where}: expected a view of the ${count} stored values, got sizes ${formatDims(this.dims)}, ` +
          `strides ${formatDims(this.strides)}, offset ${this.offset}. The file is damaged.`,
      );
    }
    return span;
  }

  private isContiguous(): boolean {
    let expected = 1;
    for (let axis = this.dims.length - 1; axis >= 0; axis--) {
      if (this.dims[axis] !== 1 && this.strides[axis] !== expected) return false;
      expected *= this.dims[axis]!;
    }
    return true;
  }

  private gather(elements: ExactArray): ExactArray {
    const out = new (elements.constructor as new (length: number) => ExactArray)(sizeOf(this.dims));
    const index = this.dims.map(() => 0);
    let at = 0;
    for (let i = 0; i < out.length; i++) {
      out[i] = elements[at]!;
      for (let axis = this.dims.length - 1; axis >= 0; axis--) {
        at += this.strides[axis]!;
        if (++index[axis]! < this.dims[axis]!) break;
        at -= index[axis]! * this.strides[axis]!;
        index[axis] = 0;
      }
    }
    return out;
  }
}
