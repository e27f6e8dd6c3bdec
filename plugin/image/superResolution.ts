import type { Tensor } from '../../runtime/core/tensor.js';
import type { Output } from '../../runtime/execution/execution.js';
import { readFloats, storageBuffer } from '../../runtime/render/gpu/buffers.js';
import type { RenderedView } from '../../runtime/render/gpu/gpuRenderer.js';
import type { PictureSource } from '../../runtime/render/gpu/picturePainter.js';
import type { HeadModel } from './headModel.js';

/** A super-resolved view; `release` when it is painted. */
export interface FinePicture extends PictureSource {
  release(): void;
}

/** A copy, because the renderer's own buffer holds the next view soon. */
function copyOf(device: GPUDevice, label: string, source: GPUBuffer, bytes: number): GPUBuffer {
  const copy = storageBuffer(device, label, bytes, 'The picture is too large for this device.');
  const encoder = device.createCommandEncoder({ label });
  encoder.copyBufferToBuffer(source, 0, copy, 0, bytes);
  device.queue.submit([encoder.finish()]);
  return copy;
}

function colorsOf(device: GPUDevice, output: Output): { colors: GPUBuffer; release: () => void } {
  if (output.buffer) return { colors: output.buffer, release: () => output.release() };
  const data = output.data as Float32Array<ArrayBuffer>;
  const colors = storageBuffer(device, 'fine picture', data.byteLength, 'The picture is too large for this device.');
  device.queue.writeBuffer(colors, 0, data);
  output.release();
  return { colors, release: () => colors.destroy() };
}

/**
 * Runs a base's super-resolution on a view that was just marched. Takes as long as a network run: for a head at rest.
 * @param image of the side that the network was trained on; its buffers are copied before this returns to its caller
 * @param ws [numWs, wDim] of the same face
 */
export async function superresolveAsync(
  { shared, person }: HeadModel,
  image: RenderedView,
  ws: Tensor,
): Promise<FinePicture | null> {
  const { device, generator } = shared;
  if (!device || !generator) return null;
  const { channels, rayCount, resolution } = image;
  const surface = copyOf(device, 'fine surface', image.surface, rayCount * 8);
  const dims = [1, channels, resolution, resolution];
  const features = copyOf(device, 'fine features', image.features, rayCount * channels * 4);
  try {
    // On another device, or none, the network takes numbers.
    const feed = generator.execution.device
      ? { dims, buffer: features }
      : { dims, data: await readFloats(device, features, rayCount * channels) };
    const output = await generator.superresolve(feed, ws, person);
    const { colors, release } = colorsOf(device, output);
    return {
      colors,
      colorSide: output.dims.at(-1)!,
      surface,
      depthSide: resolution,
      release: () => {
        release();
        surface.destroy();
      },
    };
  } catch (error) {
    surface.destroy();
    throw error;
  } finally {
    features.destroy();
  }
}
