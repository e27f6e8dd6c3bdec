import type { Problem } from '../../personalize/photos/photo.js';
import { countText } from './texts.js';

/** What the page is at; CSS and tests read it from the body. */
export type PageState = 'empty' | 'reading' | 'ready' | 'running' | 'stopped' | 'done';

function find<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`personalize.html: expected #${id} to be a ${kind.name}.`);
  return element;
}

/** The elements of personalize.html. */
export const page = {
  folder: find('folder', HTMLInputElement),
  drop: find('drop', HTMLElement),
  photos: find('photos', HTMLElement),
  problems: find('problems', HTMLDetailsElement),
  effort: find('effort', HTMLFieldSetElement),
  start: find('start', HTMLButtonElement),
  cancel: find('cancel', HTMLButtonElement),
  download: find('download', HTMLAnchorElement),
  status: find('status', HTMLElement),
  detail: find('detail', HTMLElement),
  place: find('place', HTMLElement),
  error: find('error', HTMLElement),
  progress: find('progress', HTMLProgressElement),
  curve: find('curve', HTMLCanvasElement),
  pictures: find('pictures', HTMLElement),
  neutral: find('neutral', HTMLCanvasElement),
  anchor: find('anchor', HTMLCanvasElement),
  scene: find('scene', HTMLElement),
  notice: find('notice', HTMLElement),
} as const;

export function showState(state: PageState): void {
  document.body.dataset.state = state;
  const busy = state === 'reading' || state === 'running';
  page.folder.disabled = busy;
  page.effort.disabled = busy;
  page.start.disabled = busy || state === 'empty';
  page.start.textContent = state === 'stopped' ? 'Continue' : state === 'done' ? 'Start again' : 'Start';
  page.cancel.disabled = !busy;
  page.progress.hidden = !busy;
  page.drop.classList.toggle('disabled', busy);
}

/** @param detail changes with every step, and is not read aloud */
export function showStatus(text: string, detail = ''): void {
  // A live region that is written to is read again, changed or not.
  if (page.status.textContent !== text) page.status.textContent = text;
  page.detail.textContent = detail;
}

export function showError(message: string | null): void {
  page.error.hidden = message === null;
  page.error.textContent = message ?? '';
}

/** Lists what was left out. */
export function showProblems(problems: readonly Problem[]): void {
  const { problems: details } = page;
  details.hidden = problems.length === 0;
  details.querySelector('summary')!.textContent = `${countText(problems.length, 'photo', 'photos')} left out`;
  details.querySelector('ul')!.replaceChildren(
    ...problems.map(({ name, reason }) => {
      const item = document.createElement('li');
      item.textContent = `${name}: ${reason}`;
      return item;
    }),
  );
}

/** Offers bytes as me.head; null: nothing to download. */
export function offerDownload(head: Uint8Array<ArrayBuffer> | null): void {
  const { download } = page;
  if (download.href !== '') URL.revokeObjectURL(download.href);
  download.hidden = head === null;
  if (!head) {
    download.removeAttribute('href');
    return;
  }
  download.href = URL.createObjectURL(new Blob([head], { type: 'application/octet-stream' }));
  download.textContent = `Download me.head (${Math.ceil(head.byteLength / 1024)} KiB)`;
}
