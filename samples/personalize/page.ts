import type { Problem } from '../../personalize/photos/photo.js';
import { find } from '../shared/elements.js';
import { countText } from './texts.js';

/**
 * What the page is at; CSS and tests read it from the body. `asking`: photos show two people, and the user must say whose
 * head it shall be.
 */
export type PageState = 'empty' | 'camera' | 'reading' | 'asking' | 'ready' | 'running' | 'stopped' | 'done';

const camera = find('camera', HTMLElement);

/** The elements of personalize.html. */
export const page = {
  local: find('local', HTMLElement),
  remote: find('remote', HTMLElement),
  token: find('token', HTMLElement),
  files: find('files', HTMLInputElement),
  folder: find('folder', HTMLInputElement),
  source: find('source', HTMLElement),
  drop: find('drop', HTMLElement),
  record: find('record', HTMLButtonElement),
  camera,
  video: camera.querySelector('video')!,
  ring: find('ring', SVGSVGElement),
  ask: find('ask', HTMLElement),
  hint: find('hint', HTMLElement),
  views: find('views', HTMLProgressElement),
  skip: find('skip', HTMLButtonElement),
  enough: find('enough', HTMLButtonElement),
  leave: find('leave', HTMLButtonElement),
  people: find('people', HTMLElement),
  gallery: find('gallery', HTMLDetailsElement),
  count: find('count', HTMLElement),
  warnings: find('warnings', HTMLElement),
  photos: find('photos', HTMLElement),
  problems: find('problems', HTMLDetailsElement),
  learning: find('learning', HTMLElement),
  effort: find('effort', HTMLFieldSetElement),
  estimate: find('estimate', HTMLElement),
  start: find('start', HTMLButtonElement),
  cancel: find('cancel', HTMLButtonElement),
  download: find('download', HTMLAnchorElement),
  status: find('status', HTMLElement),
  detail: find('detail', HTMLElement),
  place: find('place', HTMLElement),
  error: find('error', HTMLElement),
  progress: find('progress', HTMLProgressElement),
  details: find('details', HTMLDetailsElement),
  curve: find('curve', HTMLCanvasElement),
  pictures: find('pictures', HTMLElement),
  neutral: find('neutral', HTMLCanvasElement),
  anchor: find('anchor', HTMLCanvasElement),
  scene: find('scene', HTMLElement),
  play: find('play', HTMLButtonElement),
  notice: find('notice', HTMLElement),
} as const;

const startTexts: Partial<Record<PageState, string>> = { stopped: 'Go on', done: 'Start again' };

/** @param canStart whether there are photos to learn from */
export function showState(state: PageState, canStart: boolean): void {
  const isNew = document.body.dataset.state !== state;
  document.body.dataset.state = state;
  const busy = state === 'camera' || state === 'reading' || state === 'running';
  const canWait = state === 'ready' || state === 'stopped' || state === 'done';
  page.source.hidden = busy;
  page.camera.hidden = state !== 'camera';
  page.people.hidden = state !== 'asking';
  // While a head is learned or shown the photos are not what one looks for.
  if (isNew) page.gallery.open = state === 'reading' || state === 'ready';
  page.learning.hidden = !canWait;
  page.start.disabled = !canWait || !canStart;
  page.start.textContent = startTexts[state] ?? 'Start';
  page.cancel.hidden = state === 'camera' || !busy;
  page.cancel.disabled = page.cancel.hidden;
  page.progress.hidden = page.cancel.hidden;
  keepFocus(state);
}

/** What had the focus may be hidden now: then what the user wants next has it. */
function keepFocus(state: PageState): void {
  const focused = document.activeElement;
  if (
    focused instanceof HTMLElement &&
    focused !== document.body &&
    focused.checkVisibility() &&
    !focused.matches(':disabled')
  ) {
    return;
  }
  // Nobody has touched the page yet.
  if (state === 'empty' && focused === document.body) return;
  const next: Readonly<Record<PageState, HTMLElement>> = {
    ...{ empty: page.status, asking: page.status, stopped: page.status, done: page.status },
    ...{ camera: page.leave, reading: page.cancel, running: page.cancel, ready: page.count },
  };
  next[state].focus();
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
  // It may stand above what the user looks at.
  if (message !== null) page.error.scrollIntoView({ block: 'nearest' });
}

/** Lists what was left out of a prepared data set. */
export function showProblems(problems: readonly Problem[]): void {
  const { problems: details } = page;
  details.hidden = problems.length === 0;
  details.querySelector('summary')!.textContent = `${countText(problems.length, 'photo', 'photos')} left out`;
  details.querySelector('ul')!.replaceChildren(...problems.map(({ name, reason }) => listItem(`${name}: ${reason}`)));
}

/** Warnings about the photos as a whole. */
export function showWarnings(warnings: readonly string[]): void {
  page.warnings.replaceChildren(...warnings.map(listItem));
}

function listItem(text: string): HTMLElement {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
}

/** Offers bytes as me.head; null: nothing to save. */
export function offerDownload(head: Uint8Array<ArrayBuffer> | null): void {
  const { download } = page;
  if (download.href !== '') URL.revokeObjectURL(download.href);
  download.hidden = head === null;
  if (!head) {
    download.removeAttribute('href');
    return;
  }
  download.href = URL.createObjectURL(new Blob([head], { type: 'application/octet-stream' }));
  download.textContent = `Save the head (me.head, ${Math.ceil(head.byteLength / 1024)} KiB)`;
}
