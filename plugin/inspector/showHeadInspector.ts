import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import {
  SelectionServiceIdentity,
  ShowInspector,
  type InspectorOptions,
  type InspectorToken,
  type ISelectionService,
} from '@babylonjs/inspector';
import { headGalleryService, type HeadPaneOptions } from './galleryPane.js';
import { PersonalizedHeadInspectorService } from './service.js';
import { expectGiven } from '../../runtime/core/given.js';
import { expectScene } from '../loading/checkOptions.js';

/** The Inspector's own options, and what is selected when it opens. */
export type HeadInspectorOptions = Partial<InspectorOptions> & {
  /** Absent: the scene. */
  readonly selected?: AbstractMesh;
  /** A pane *Heads* with a gallery: what there is to drag into the scene, and what happens then. */
  readonly gallery?: HeadPaneOptions;
};

/** An Inspector on show; `dispose()` closes it. */
export interface HeadInspector extends InspectorToken {
  /** Shows the properties of a mesh, a head's say. @throws ShapeError `input/type` for what is none */
  select(mesh: AbstractMesh): void;
}

/**
 * Babylon's Inspector with the sections of heads. One is on show for a scene; another call puts a new one in its place.
 * @throws ShapeError for what is no scene, and for options that are none
 */
export function ShowHeadInspector(scene: Scene, options: HeadInspectorOptions = {}): HeadInspector {
  expectScene('ShowHeadInspector', scene);
  expectGiven('ShowHeadInspector', 'options', options);
  const { selected, gallery, ...others } = options;
  if (selected !== undefined) expectGiven('ShowHeadInspector', 'node', selected);
  if (gallery !== undefined) expectGiven('ShowHeadInspector', 'options', gallery);
  if (others.serviceDefinitions !== undefined) expectGiven('ShowHeadInspector', 'list', others.serviceDefinitions);
  let wanted: AbstractMesh | null = selected ?? null;
  let selection: ISelectionService | null = null;
  const select = (mesh: AbstractMesh): void => {
    expectGiven('HeadInspector.select', 'node', mesh);
    wanted = mesh;
    if (selection) selection.selectedEntity = mesh;
  };
  const selector = {
    friendlyName: 'Personalized Head selection',
    consumes: [SelectionServiceIdentity],
    factory: (service: ISelectionService) => {
      selection = service;
      if (wanted) service.selectedEntity = wanted;
      return { dispose: () => void (selection = null) };
    },
  };
  const given = (others.serviceDefinitions ?? []) as readonly unknown[];
  const token = ShowInspector(scene, {
    ...others,
    serviceDefinitions: [
      PersonalizedHeadInspectorService,
      ...(gallery ? [headGalleryService(scene, gallery)] : []),
      selector,
      ...given,
    ],
  });
  return {
    select,
    dispose: () => token.dispose(),
    get isDisposed() {
      return token.isDisposed;
    },
    onDisposed: token.onDisposed,
  };
}
