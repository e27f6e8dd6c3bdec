import type { Bitmap } from '../../runtime/core/bitmap.js';

/** One for all frames: a camera has thirty a second. */
let context: OffscreenCanvasRenderingContext2D | null = null;

/** Takes a frame's pixels and closes it. */
export function framePicture(frame: ImageBitmap): Bitmap {
  const { width, height } = frame;
  if (context?.canvas.width !== width || context.canvas.height !== height) {
    context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    // Nothing of the frame before is seen through this one.
    context.globalCompositeOperation = 'copy';
  }
  context.drawImage(frame, 0, 0);
  frame.close();
  return { width, height, data: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer) };
}
