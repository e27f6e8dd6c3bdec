import { headItemType, isHeadFile, type HeadItem } from './headItem.js';

/** A gallery on show. */
export interface HeadsView {
  readonly element: HTMLElement;
  /** Shows these from now on; what is searched for stays. */
  setItems(items: readonly HeadItem[]): void;
  dispose(): void;
}

export interface HeadsViewOptions {
  readonly parent: HTMLElement;
  readonly items?: readonly HeadItem[];
  /** Said below the heads, and where there are none. */
  readonly hint?: string;
  /** A head was clicked, or chosen by the keyboard. */
  readonly onPick: (item: HeadItem) => void;
  /** Files were chosen by *Import…*, or dropped onto the gallery; absent: there is no such button. */
  readonly onImport?: (files: readonly File[]) => void;
}

const style = `
.personalized-heads { box-sizing: border-box; display: flex; flex-direction: column; gap: 8px; padding: 8px; height: 100%;
  font: 13px/1.4 system-ui, sans-serif; color: inherit; }
.personalized-heads header { display: flex; gap: 6px; }
.personalized-heads input { flex: 1; min-width: 0; }
.personalized-heads input, .personalized-heads button, .personalized-heads [role=button] { font: inherit; color: inherit; padding: 4px 8px; border-radius: 6px;
  border: 1px solid rgba(128, 128, 128, 0.5); background: rgba(128, 128, 128, 0.12); }
.personalized-heads ul { flex: 1; overflow: auto; margin: 0; padding: 0; list-style: none; display: grid; gap: 8px;
  grid-template-columns: repeat(auto-fill, minmax(88px, 1fr)); align-content: start; }
.personalized-heads li [role=button] { box-sizing: border-box; width: 100%; cursor: grab; user-select: none; text-align: center; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
.personalized-heads li [role=button]:hover, .personalized-heads li [role=button]:focus-visible { background: rgba(128, 128, 128, 0.3); }
.personalized-heads .face { display: flex; width: 100%; aspect-ratio: 1; align-items: center; justify-content: center;
  margin-bottom: 4px; border-radius: 4px; background: rgba(128, 128, 128, 0.2) center / cover no-repeat; font-size: 24px;
  pointer-events: none; }
.personalized-heads p { margin: 0; opacity: 0.7; }`;

const initials = (name: string): string =>
  name
    .split(/[\s_.-]+/)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
    .slice(0, 2);

/**
 * Heads to choose from: pictures with names, a search, and a drag that puts what it carries where it is dropped. Knows no
 * scene; `listenForItems` is the other end of the drag.
 */
export function showHeads({ parent, items = [], hint, onPick, onImport }: HeadsViewOptions): HeadsView {
  const page = parent.ownerDocument;
  const element = page.createElement('section');
  element.className = 'personalized-heads';
  element.setAttribute('aria-label', 'Heads');
  const looks = page.createElement('style');
  looks.textContent = style;
  const header = page.createElement('header');
  const search = page.createElement('input');
  Object.assign(search, { type: 'search', placeholder: 'Search heads' });
  search.setAttribute('aria-label', 'Search heads');
  header.append(search);
  const list = page.createElement('ul');
  const note = page.createElement('p');
  element.append(looks, header, list, note);

  let shown = items;
  const show = (): void => {
    const words = search.value.toLowerCase().split(/\s+/);
    const found = shown.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
    list.replaceChildren(...found.map((item) => card(page, item, onPick)));
    note.textContent = shown.length > 0 && found.length === 0 ? 'No head has that name.' : (hint ?? '');
    note.hidden = note.textContent === '';
  };
  search.addEventListener('input', show);

  if (onImport) {
    const files = page.createElement('input');
    Object.assign(files, { type: 'file', multiple: true, accept: '.head,.safetensors,.json', hidden: true });
    files.addEventListener('change', () => {
      onImport([...(files.files ?? [])]);
      files.value = '';
    });
    const button = page.createElement('button');
    Object.assign(button, {
      type: 'button',
      textContent: 'Import…',
      title: 'Copy .head files, or a base, to the others',
    });
    button.addEventListener('click', () => files.click());
    header.append(button, files);
    element.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    });
    element.addEventListener('drop', (event) => {
      const dropped = [...(event.dataTransfer?.files ?? [])];
      if (!dropped.some(({ name }) => isHeadFile(name))) return;
      event.preventDefault();
      event.stopPropagation();
      onImport(dropped);
    });
  }
  show();
  parent.append(element);
  return {
    element,
    setItems: (others) => {
      shown = others;
      show();
    },
    dispose: () => element.remove(),
  };
}

function card(page: Document, item: HeadItem, onPick: (item: HeadItem) => void): HTMLElement {
  const entry = page.createElement('li');
  // No button: Firefox drags none.
  const button = page.createElement('div');
  Object.assign(button, { draggable: true, tabIndex: 0, title: `${item.name}: drag into the scene, or click` });
  button.setAttribute('role', 'button');
  const face = page.createElement('span');
  face.className = 'face';
  if (item.thumbnail === undefined) face.textContent = initials(item.name);
  else face.style.backgroundImage = `url(${JSON.stringify(item.thumbnail)})`;
  face.setAttribute('aria-hidden', 'true');
  button.append(face, item.name);
  button.addEventListener('click', () => onPick(item));
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onPick(item);
  });
  button.addEventListener('dragstart', (event) => {
    event.dataTransfer?.setData(headItemType, JSON.stringify(item));
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
  });
  entry.append(button);
  return entry;
}
