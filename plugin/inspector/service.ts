// The Inspector (9.35) shows every mesh's occlusion query, and does not import what gives meshes one.
import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.query.js';
import { PropertiesServiceIdentity, type IPropertiesService } from '@babylonjs/inspector';
import type { IDisposable } from '@babylonjs/core/scene.pure.js';
import { isHeadMesh } from './headOf.js';
import { sectionContent } from './sectionContent.js';
import { headSections } from './sections.js';

/** A service that the Inspector starts when it is shown, and disposes when it is closed. */
export interface HeadInspectorService {
  readonly friendlyName: string;
  /** Identities of the Inspector's services that it is given. */
  readonly consumes: readonly [typeof PropertiesServiceIdentity];
  readonly factory: (properties: IPropertiesService) => IDisposable;
}

/**
 * Adds to the properties of a mesh that is a head: Identity, Expression, Pose, Quality and Stats. They show and write the head's own
 * members, and follow what else moves it. For `ShowInspector(scene, { serviceDefinitions: [PersonalizedHeadInspectorService] })`.
 */
export const PersonalizedHeadInspectorService: HeadInspectorService = {
  friendlyName: 'Personalized Head',
  consumes: [PropertiesServiceIdentity],
  factory: (properties) => {
    // Above what every mesh has: who selects a head wants the head's.
    const added = headSections.map(({ name }, i) =>
      properties.addSection({ identity: name, order: i - headSections.length }),
    );
    const content = headSections.map((section) => ({ section: section.name, component: sectionContent(section) }));
    added.push(properties.addSectionContent({ key: 'Personalized Head', predicate: isHeadMesh, content }));
    return { dispose: () => added.forEach((each) => each.dispose()) };
  },
};
