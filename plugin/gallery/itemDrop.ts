import { headItemType, isHeadFile, parseItem, type HeadItem } from './headItem.js';

/** What was dropped, and where on the element. */
export interface DroppedHeads {
  readonly items: readonly HeadItem[];
  /** `.head` files from the desktop, where they are accepted. */
  readonly files: readonly File[];
  readonly x: number;
  readonly y: number;
}

export interface ItemDropOptions {
  readonly onDrop: (dropped: DroppedHeads) => void;
  /** `.head` files from the desktop too; default: they are left to others. */
  readonly acceptFiles?: boolean;
  /** What else may be dropped, such as files of a tool's own browser: asked while something is dragged, and at the end. */
  readonly others?: (event: DragEvent) => readonly HeadItem[];
}

const taken = new WeakSet<Event>();

/**
 * Lets heads be dropped onto a canvas, from galleries and from the desktop. Whatever else is dropped is left to others.
 * @returns takes the listeners away again
 */
export function listenForItems(
  element: HTMLElement,
  { onDrop, acceptFiles = false, others }: ItemDropOptions,
): () => void {
  const over = (event: DragEvent): void => {
    const types = event.dataTransfer?.types ?? [];
    const ours =
      types.includes(headItemType) || (acceptFiles && types.includes('Files')) || (others?.(event).length ?? 0) > 0;
    if (ours) event.preventDefault();
  };
  const drop = (event: DragEvent): void => {
    // By another gallery of the same canvas. Whether the default is prevented does not tell: pages do that for all drops.
    if (taken.has(event)) return;
    const item = parseItem(event.dataTransfer?.getData(headItemType) ?? '');
    const items = item ? [item] : (others?.(event) ?? []);
    const dropped = acceptFiles ? [...(event.dataTransfer?.files ?? [])] : [];
    const files = dropped.filter(({ name }) => isHeadFile(name));
    if (items.length + files.length === 0) return;
    taken.add(event);
    event.preventDefault();
    event.stopPropagation();
    onDrop({ items, files, x: event.offsetX, y: event.offsetY });
  };
  element.addEventListener('dragover', over);
  // Before a tool's own listener, which may not know what a head is.
  element.addEventListener('drop', drop, true);
  return () => {
    element.removeEventListener('dragover', over);
    element.removeEventListener('drop', drop, true);
  };
}
