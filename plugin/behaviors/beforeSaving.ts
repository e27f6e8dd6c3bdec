import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';

interface Saved {
  readonly serialize: (...given: readonly unknown[]) => unknown;
}

/**
 * Calls back before a mesh, or the node that holds its pose, is saved: scenes are saved node by node, the pose before the
 * mesh and the mesh before its morph targets.
 * @returns undoes it
 */
export function beforeSaving(mesh: Mesh, action: () => void): () => void {
  const { poseNode } = mesh as Mesh & { readonly poseNode?: object };
  const undo = [mesh, ...(poseNode ? [poseNode] : [])].map((node) => intercept(node as unknown as Saved, action));
  return () => undo.forEach((restore) => restore());
}

function intercept(node: Saved, action: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(node, 'serialize');
  const { serialize } = node;
  Object.defineProperty(node, 'serialize', {
    value: (...given: readonly unknown[]): unknown => {
      action();
      return serialize.apply(node, given);
    },
    configurable: true,
    enumerable: false,
  });
  return () => {
    if (own) Object.defineProperty(node, 'serialize', own);
    else Reflect.deleteProperty(node, 'serialize');
  };
}
