import type { Scene } from '@babylonjs/core/scene.pure.js';
import { HeadError } from '../../runtime/core/errors.js';
import type { HeadCreationOptions } from '../node/createHead.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { addHeadAsync, placeUnder, type HeadPlacement } from './addHead.js';
import type { HeadItem } from './headItem.js';
import { showHeads, type HeadsView } from './headsInGallery.js';
import { listenForItems } from './itemDrop.js';
import { expectGiven } from '../../runtime/core/given.js';
import { expectScene } from '../loading/checkOptions.js';

export interface HeadGalleryOptions extends HeadCreationOptions {
  /** What there is to choose from; `setItems` changes it. */
  readonly items: readonly HeadItem[];
  /** What the gallery is shown in. */
  readonly parent: HTMLElement;
  /** What heads are dropped onto; default: the canvas of the scene's engine. */
  readonly element?: HTMLElement;
  /** Units of the scene for one of the head's; default 1. */
  readonly scale?: number;
  /** Said below the heads. */
  readonly hint?: string;
  /**
   * A head has come and is ready.
   * @param dropped it stands where it was dropped; false: it was clicked, and stands at the origin
   */
  readonly onHead?: (head: PersonalizedHeadMesh, dropped: boolean) => void;
  /** A head could not be loaded; the scene is as it was. */
  readonly onError?: (error: Error, item: HeadItem) => void;
}

/**
 * Shows heads to choose from beside a scene: a click puts one at the origin, a drag onto the canvas where it is dropped.
 * Goes with the scene. `.head` files from the desktop are `EnableHeadDrop`'s.
 * @throws HeadError where the engine has no canvas and no element is given
 */
export function ShowHeadGallery(scene: Scene, options: HeadGalleryOptions): HeadsView {
  expectScene('ShowHeadGallery', scene);
  expectGiven('ShowHeadGallery', 'options', options);
  expectGiven('ShowHeadGallery: items', 'list', options.items);
  const { items, parent, element, scale = 1, hint, onHead, onError, ...creation } = options;
  const canvas = element ?? scene.getEngine().getInputElement();
  if (!canvas) {
    throw new HeadError(
      'gallery/canvas',
      'ShowHeadGallery: expected an engine with a canvas, got one without. Pass element.',
    );
  }
  const add = (item: HeadItem, placement: HeadPlacement): void => {
    addHeadAsync(scene, item, { scale, ...placement }, creation).then(
      (head) => onHead?.(head, placement.at !== undefined),
      (error: unknown) => onError?.(error instanceof Error ? error : new Error(String(error)), item),
    );
  };
  const view = showHeads({ parent, items, onPick: (item) => add(item, {}), ...(hint === undefined ? {} : { hint }) });
  const stop = listenForItems(canvas, {
    onDrop: (dropped) => {
      const at = placeUnder(scene, dropped.x, dropped.y, scale);
      for (const item of dropped.items) add(item, { at });
    },
  });
  const dispose = (): void => {
    stop();
    view.dispose();
  };
  const observer = scene.onDisposeObservable.addOnce(dispose);
  return {
    ...view,
    dispose: () => {
      observer.remove();
      dispose();
    },
  };
}
