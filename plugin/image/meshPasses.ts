import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';

/** What Babylon adds to a scene only when its side-effect modules are imported, and what is newer than 9.12. */
interface Passes {
  readonly useOrderIndependentTransparency?: boolean;
  readonly floatingOriginMode?: boolean;
  readonly prePassRenderer?: { readonly enabled?: boolean } | null;
  readonly frameGraph?: unknown;
  readonly _depthRenderer?: object | null;
  readonly geometryBufferRenderer?: object | null;
  readonly effectLayers?: readonly Layer[];
}
/** A highlight layer fills where the stencil is not its own. */
interface Layer {
  readonly isEnabled: boolean;
  readonly stencilReference?: number;
  hasMesh(mesh: AbstractMesh): boolean;
}
type DrawnPart = 'instances' | 'hasThinInstances' | 'hasLODLevels' | 'renderOverlay' | 'edgesRenderer';

/**
 * What a head's mesh is asked for that an image beside it cannot give: then the mesh is what is drawn, everywhere in the
 * scene. The list is that of docs/head.md.
 * @returns the name of the pass; null: the image may be shown
 */
export function passForMesh(scene: Scene, node: TransformNode): string | null {
  const passes: Passes = scene;
  if (passes.useOrderIndependentTransparency) return 'order-independent transparency';
  if (passes.floatingOriginMode) return 'floating origin';
  if (passes.prePassRenderer?.enabled) return 'pre-pass';
  if (passes.frameGraph) return 'frame graph';
  if (scene.getEngine().snapshotRendering) return 'snapshot rendering';
  const mesh = node as TransformNode & Partial<Pick<Mesh, DrawnPart>>;
  if (!('instances' in node)) return null;
  if ((mesh.instances?.length ?? 0) > 0) return 'instances';
  if (mesh.hasThinInstances) return 'thin instances';
  if (mesh.hasLODLevels) return 'levels of detail';
  if (mesh.renderOverlay) return 'overlay';
  if (mesh.edgesRenderer) return 'edges';
  return null;
}

/** Do passes draw the mesh with their own shaders, so that it needs the face's expression although the image is seen? */
export function hasOwnPasses(scene: Scene): boolean {
  const passes: Passes = scene;
  const depths = Object.keys(passes._depthRenderer ?? {}).length;
  return depths > 0 || !!passes.geometryBufferRenderer || (passes.effectLayers?.length ?? 0) > 0;
}

/** What a mesh's image writes into the stencil, so that a highlight layer leaves it out as it does the mesh; null: what is set. */
export function highlightStencil(scene: Scene, mesh: AbstractMesh): number | null {
  const passes: Passes = scene;
  const layer = passes.effectLayers?.find((each) => each.isEnabled && each.stencilReference && each.hasMesh(mesh));
  return layer?.stencilReference ?? null;
}
