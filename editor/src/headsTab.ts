import { createElement, useEffect, useRef, type ReactElement } from 'react';
import type { HeadItem } from '../../plugin/gallery/headItem.js';
import { showHeads } from '../../plugin/gallery/headsInGallery.js';

export interface HeadsTabProps {
  /** Calls with what there is to show, now and whenever that changes; what it returns ends it. */
  readonly follow: (show: (items: readonly HeadItem[]) => void) => () => void;
  readonly onPick: (item: HeadItem) => void;
  readonly onImport: (files: readonly File[]) => void;
  /** Copies the example base; its button shows while there is no head. */
  readonly onBase: () => void;
  readonly onPrepare: () => void;
}

const hint = 'Drag a head into the scene. Heads live in public/heads, which travels with the game.';

/** The tab *Heads*: the gallery that pages have too, with what only a project needs below it. */
export function HeadsTab({ follow, onPick, onImport, onBase, onPrepare }: HeadsTabProps): ReactElement {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = showHeads({ parent: parent.current!, hint, onPick, onImport });
    const end = follow((items) => view.setItems(items));
    return () => {
      end();
      view.dispose();
    };
  }, []);
  const button = (text: string, title: string, onClick: () => void): ReactElement =>
    createElement('button', { type: 'button', title, onClick, className: 'rounded-md bg-secondary px-2 py-1' }, text);
  return createElement(
    'div',
    { className: 'flex flex-col w-full h-full overflow-hidden' },
    createElement('div', { ref: parent, className: 'flex-1 min-h-0' }),
    createElement(
      'div',
      { className: 'flex flex-wrap gap-2 p-2' },
      button('Add the example base', 'Copies the CC0 base of babylon-personalized-head to public/heads', onBase),
      button('Prepare the game', 'Imports the package and makes a WebGPU engine in the project’s App.ts', onPrepare),
    ),
  );
}
