import type { Bitmap } from '../../runtime/core/bitmap.js';

/** Draws a picture, and gives the canvas its size. */
export function drawPicture(canvas: HTMLCanvasElement, { width, height, data }: Bitmap): void {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
}

/** A photo in the list. */
export function thumbnail(name: string, picture: Bitmap): HTMLElement {
  const item = document.createElement('li');
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', name);
  canvas.title = name;
  drawPicture(canvas, picture);
  item.append(canvas);
  return item;
}
