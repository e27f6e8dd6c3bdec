import type { Scene } from '@babylonjs/core/scene.js';
import { seedItems, ShowHeadGallery, type PersonalizedHeadMesh } from '../../plugin/index.js';
import { createPanel } from './htmlParts.js';

/** Faces of the embedded base that can be told apart at first sight. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

export interface HeadsPanelEvents {
  /** @param dropped it stands where it was dropped */
  readonly onHead: (head: PersonalizedHeadMesh, dropped: boolean) => void;
  readonly onError: (error: Error) => void;
}

/** The package's gallery, over the scene; hidden until it is asked for. Goes with the scene. */
export function createHeadsPanel(scene: Scene, { onHead, onError }: HeadsPanelEvents): HTMLElement {
  const panel = createPanel('heads', 'Heads');
  panel.hidden = true;
  ShowHeadGallery(scene, {
    parent: panel,
    items: seedItems('assets/base.safetensors', seeds),
    truncationPsi: 0.8,
    hint: 'Drag a head into the scene, or click it.',
    onHead,
    onError,
  });
  scene.onDisposeObservable.addOnce(() => panel.remove());
  return panel;
}
