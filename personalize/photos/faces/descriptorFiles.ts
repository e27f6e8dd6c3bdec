import { AssetError } from '../../../runtime/core/errors.js';
import { sizeOf, type Tensor } from '../../../runtime/core/tensor.js';

/** dlib's descriptor as the package @vladmandic/face-api ships it, in its folder model/. */
export interface DescriptorFiles {
  /** Text of face_recognition_model-weights_manifest.json. */
  readonly manifest: string;
  /** Bytes of face_recognition_model.bin. */
  readonly weights: Uint8Array;
}

export const descriptorFileNames = {
  manifest: 'face_recognition_model-weights_manifest.json',
  weights: 'face_recognition_model.bin',
} as const;

/** Versions of the package that these numbers were read from. */
const remedy = 'Take both files from the folder model of @vladmandic/face-api 1.7.';

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Bytes of a value times `scale` plus `min`; absent for float32. */
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

function parseManifest(text: string): readonly WeightEntry[] {
  try {
    return (JSON.parse(text) as readonly { readonly weights: readonly WeightEntry[] }[]).flatMap(
      ({ weights }) => weights,
    );
  } catch (cause) {
    throw new AssetError('faces/descriptor', `descriptor: expected a manifest of weights, got other text. ${remedy}`, {
      cause,
    });
  }
}

/**
 * @returns float32 tensors by face-api's names; filters are [height, width, in, out]
 * @throws AssetError `faces/descriptor` where the two files do not belong together
 */
export function descriptorTensors({ manifest, weights }: DescriptorFiles): ReadonlyMap<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let offset = 0;
  for (const { name, shape, quantization } of parseManifest(manifest)) {
    const count = sizeOf(shape);
    const length = count * (quantization ? 1 : 4);
    // A copy, and not by `slice`, which for Node's Buffer is a view of a larger memory.
    const bytes = Uint8Array.from(weights.subarray(offset, offset + length));
    offset += length;
    if (bytes.length !== length || (quantization && quantization.dtype !== 'uint8')) {
      throw new AssetError(
        'faces/descriptor',
        `descriptor: expected ${length} bytes of ${name}, got others. ${remedy}`,
      );
    }
    const data = quantization
      ? Float32Array.from(bytes, (byte) => byte * quantization.scale + quantization.min)
      : new Float32Array(bytes.buffer);
    tensors.set(name, { dims: shape, data });
  }
  return tensors;
}

/**
 * The files from a folder that a page serves.
 * @param folder with a slash at the end
 * @returns null where they are not there
 */
export async function fetchDescriptor(folder: string): Promise<DescriptorFiles | null> {
  const responses = await Promise.all(
    [descriptorFileNames.manifest, descriptorFileNames.weights].map((name) => fetch(folder + name).catch(() => null)),
  );
  const [manifest, weights] = responses;
  if (!manifest?.ok || !weights?.ok) return null;
  return { manifest: await manifest.text(), weights: new Uint8Array(await weights.arrayBuffer()) };
}
