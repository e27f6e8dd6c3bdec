import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpy } from 'babylon-personalized-head/command';
import { writeFileAtomically } from 'babylon-personalized-head/node';
import { HeadError, type Portrait, type Tensor } from 'babylon-personalized-head/runtime';

/**
 * Writes every stage as .npy, float32: ws [numWs, wDim], planes [3, C, H, W], features [channels, R, R], depth [1, R, R],
 * image_raw [3, R, R], image [3, S, S].
 */
export async function dumpArrays(folder: string, ws: Tensor, planes: Tensor | null, portrait: Portrait): Promise<void> {
  if (!planes) throw new HeadError('dump/planes', '--dump: the planes lie on a GPU. Use --backend cpu.');
  const { features, depth, imageRaw, image } = portrait;
  const arrays: Record<string, Tensor> = { ws, planes, features, depth, image_raw: imageRaw, image };
  await mkdir(folder, { recursive: true });
  for (const [name, array] of Object.entries(arrays)) {
    await writeFileAtomically(join(folder, `${name}.npy`), encodeNpy(array));
  }
}
