import type { Picture } from '../../runtime/core/picture.js';

/** Draws a picture, and gives the canvas its size. */
export function drawPicture(canvas: HTMLCanvasElement, { width, height, data }: Picture): void {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
}

/** A photo in the list. */
export function thumbnail(name: string, picture: Picture): HTMLElement {
  const item = document.createElement('li');
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', name);
  canvas.title = name;
  drawPicture(canvas, picture);
  item.append(canvas);
  return item;
}
