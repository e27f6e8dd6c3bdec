import type { Bitmap } from '../../runtime/core/bitmap.js';
import { find } from '../shared/elements.js';

/** The elements of latent.html. */
export const page = {
  head: find('head', HTMLInputElement),
  status: find('status', HTMLElement),
  error: find('error', HTMLElement),
  meter: find('meter', HTMLInputElement),
  left: find('left', HTMLElement),
  right: find('right', HTMLElement),
  between: find('between', HTMLCanvasElement),
  share: find('share', HTMLInputElement),
  betweenNote: find('between-note', HTMLElement),
  film: find('film', HTMLButtonElement),
  wall: find('wall', HTMLElement),
  method: find('method', HTMLSelectElement),
  beta: find('beta', HTMLInputElement),
  again: find('again', HTMLButtonElement),
  policy: find('policy', HTMLSelectElement),
  sliders: find('sliders', HTMLElement),
  strip: find('strip', HTMLElement),
  editNote: find('edit-note', HTMLElement),
  saveBetween: find('save-between', HTMLButtonElement),
  saveWall: find('save-wall', HTMLButtonElement),
  saveEdit: find('save-edit', HTMLButtonElement),
} as const;

/** Draws a picture, and gives the canvas its size. */
export function draw(canvas: HTMLCanvasElement, { width, height, data }: Bitmap): void {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
}

/** What a canvas shows; null before anything was drawn. */
export function pictureOf(canvas: HTMLCanvasElement): Bitmap | null {
  if (canvas.dataset.drawn !== 'true') return null;
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
  return { width, height, data: new Uint8Array(data) };
}

/** A canvas with a line below it. */
export interface Tile {
  readonly element: HTMLElement;
  show(picture: Bitmap): void;
  note(text: string): void;
}

export function tile(label: string): Tile {
  const element = document.createElement('figure');
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  const caption = document.createElement('figcaption');
  element.append(canvas, caption);
  return {
    element,
    show: (picture) => {
      draw(canvas, picture);
      canvas.dataset.drawn = 'true';
    },
    note: (text) => (caption.textContent = text),
  };
}

/** @param error null: none any more */
export function showError(error: unknown): void {
  page.error.hidden = error === null;
  page.error.textContent = error instanceof Error ? error.message : '';
}

/** Offers bytes as a download. */
export function download(name: string, parts: BlobPart[], type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
