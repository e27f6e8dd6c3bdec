import { find } from '../shared/elements.js';

const button = (id: string): HTMLButtonElement => find(id, HTMLButtonElement);

/** What the page is made of. */
export const page = {
  canvas: document.querySelector('canvas')!,
  camera: find('camera', HTMLVideoElement),
  status: find('status', HTMLParagraphElement),
  start: button('start'),
  calibrate: button('calibrate'),
  record: button('record'),
  play: button('play'),
  save: button('save'),
  saveGroup: button('saveGroup'),
  asInMirror: find('asInMirror', HTMLInputElement),
  file: find('file', HTMLInputElement),
} as const;

/** A live region that is written to is read again. */
export function say(text: string): void {
  if (page.status.textContent !== text) page.status.textContent = text;
}

/** Shows a button that is down or not, and what pressing it does. */
export function press(pressed: HTMLButtonElement, down: boolean, text: string): void {
  pressed.setAttribute('aria-pressed', String(down));
  pressed.textContent = text;
}
