import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import type { PersonalizedHead } from '../node/personalizedHead.js';
import { registry } from '../registry.js';

/** The head that something in a scene is; undefined where it is none, or no longer. */
export const headOf = (entity: unknown): PersonalizedHead | undefined =>
  registry().heads.get(entity as AbstractMesh) as PersonalizedHead | undefined;

/**
 * Is it a mesh with a head attached? Neither its class nor its name says so: heads are plain meshes, and there may be two
 * copies of Babylon or of this package.
 */
export const isHeadMesh = (entity: unknown): entity is PersonalizedHeadMesh => headOf(entity) !== undefined;
