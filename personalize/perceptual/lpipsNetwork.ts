import { baseHash } from '../../runtime/checkpoint/base/baseHash.js';
import type { ByteSource } from '../../runtime/checkpoint/byteSource.js';
import { openSafetensors } from '../../runtime/checkpoint/safetensors/safetensors.js';
import { AssetError } from '../../runtime/core/errors.js';
import { formatDims, type Tensor } from '../../runtime/core/tensor.js';

/** One convolution with its bias, a ReLU behind it. */
export interface Convolution {
  /** Name of the weight in a graph. */
  readonly name: string;
  /** [O, I, K, K] */
  readonly weight: Tensor;
  /** [O] */
  readonly bias: Tensor;
  readonly stride: number;
  readonly pad: number;
}

/** The layers up to one tap, whose activations are compared. */
export interface Stage {
  /** Maximum pooling in front. */
  readonly pool: { readonly kernel: number; readonly stride: number } | null;
  readonly convolutions: readonly Convolution[];
  /** `[C]`: how much each channel's squared difference counts. */
  readonly head: Tensor;
}

/** A network whose activations tell how alike two images look. */
export interface LpipsNetwork {
  readonly variant: 'alex' | 'vgg16';
  readonly stages: readonly Stage[];
  /** Of its numbers, so that a run is never continued with another network. */
  readonly hash: string;
}

interface Plan {
  readonly pool: Stage['pool'];
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  /** Numbers of the convolutions within torchvision's `features`. */
  readonly layers: readonly number[];
}

const plain = { kernel: 3, stride: 1, pad: 1 };
const halved = { pool: { kernel: 2, stride: 2 }, ...plain };

/** Source: torchvision's AlexNet (Krizhevsky 2014) and VGG16 (Simonyan 2014), tapped as in LPIPS. */
const plans: Readonly<Record<LpipsNetwork['variant'], readonly Plan[]>> = {
  alex: [
    { pool: null, kernel: 11, stride: 4, pad: 2, layers: [0] },
    { pool: { kernel: 3, stride: 2 }, kernel: 5, stride: 1, pad: 2, layers: [3] },
    { pool: { kernel: 3, stride: 2 }, ...plain, layers: [6] },
    { pool: null, ...plain, layers: [8] },
    { pool: null, ...plain, layers: [10] },
  ],
  vgg16: [
    { pool: null, ...plain, layers: [0, 2] },
    { ...halved, layers: [5, 7] },
    { ...halved, layers: [10, 12, 14] },
    { ...halved, layers: [17, 19, 21] },
    { ...halved, layers: [24, 26, 28] },
  ],
};

/** torchvision's `features.3.weight`; the LPIPS package's own copies are called `net.slice2.3.weight`. */
const featureName = /^(?:features|net\.slice\d)\.(\d+)\.(weight|bias)$/;
/** The package keeps its heads under two names. */
const headName = /^lins?\.?(\d)\.model\.1\.weight$/;

/**
 * Reads an LPIPS network: AlexNet or VGG16 under torchvision's names and the linear heads `lin0.model.1.weight` to `lin4...`,
 * in one safetensors file or in several. Sizes are read from the tensors; the variant is told by the first kernel. Other
 * tensors, such as the classifier's, are left alone.
 * Source: LPIPS (Zhang 2018), version 0.1.
 * @throws AssetError where tensors are missing, do not chain, or are neither network's
 */
export async function readLpips(...sources: readonly ByteSource[]): Promise<LpipsNetwork> {
  const tensors = new Map<string, Tensor>();
  for (const source of sources) {
    for (const [name, entry] of (await openSafetensors(source)).entries) {
      const known = knownName(name);
      if (known !== null) tensors.set(known, await entry.read());
    }
  }
  return lpipsNetwork(tensors);
}

/** Where a tensor belongs, or null where it belongs nowhere. */
function knownName(name: string): string | null {
  const feature = featureName.exec(name);
  if (feature) return `features.${feature[1]!}.${feature[2]!}`;
  const head = headName.exec(name);
  return head ? `lin${head[1]!}.model.1.weight` : null;
}

/** From tensors by torchvision's and LPIPS's names. */
export async function lpipsNetwork(tensors: ReadonlyMap<string, Tensor>): Promise<LpipsNetwork> {
  const first = needed(tensors, 'features.0.weight').dims;
  const variant = first[2] === 11 ? 'alex' : first[2] === 3 ? 'vgg16' : null;
  if (variant === null) {
    throw wrong('features.0.weight', "AlexNet's [O, 3, 11, 11] or VGG16's [O, 3, 3, 3]", formatDims(first));
  }
  const used = new Map<string, Tensor>();
  const take = (name: string, expected: readonly (number | 'O')[]): Tensor => {
    const found = needed(tensors, name);
    const fits =
      found.dims.length === expected.length && expected.every((size, i) => size === 'O' || size === found.dims[i]);
    if (!fits) throw wrong(`${name} (${variant})`, `[${expected.join(', ')}]`, formatDims(found.dims));
    used.set(name, found);
    return found;
  };
  let channels = 3;
  const stages = plans[variant].map(({ pool, kernel, stride, pad, layers }, k): Stage => {
    const convolutions = layers.map((layer): Convolution => {
      const name = `features.${layer}`;
      const weight = take(`${name}.weight`, ['O', channels, kernel, kernel]);
      channels = weight.dims[0]!;
      return { name: `${name}.weight`, weight, bias: take(`${name}.bias`, [channels]), stride, pad };
    });
    const head = take(`lin${k}.model.1.weight`, [1, channels, 1, 1]);
    return { pool, convolutions, head: { dims: [channels], data: head.data } };
  });
  return { variant, stages, hash: await baseHash(used) };
}

function needed(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const found = tensors.get(name);
  if (!found) throw wrong(name, 'a tensor of that name', 'none');
  return found;
}

const wrong = (where: string, expected: string, got: string): AssetError =>
  new AssetError(
    'lpips/network',
    `LPIPS: ${where}: expected ${expected}, got ${got}. ` +
      "Give safetensors of torchvision's AlexNet or VGG16 and of the LPIPS heads lin0.model.1.weight to lin4, see docs/losses.md.",
  );
