import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';

interface Saved {
  readonly serialize: (...given: unknown[]) => unknown;
}

/**
 * Calls back before a mesh is saved, or what holds its expression and pose: Babylon saves a scene's morph targets first,
 * then nodes, then meshes, and its Editor mesh by mesh.
 * @returns undoes it
 */
export function beforeSaving(mesh: Mesh, action: () => void): () => void {
  const { poseNode, morphTargetManager } = mesh as Mesh & { readonly poseNode?: object };
  const undo = [morphTargetManager, poseNode, mesh].flatMap((part) =>
    part ? intercept(part as unknown as Saved, action) : [],
  );
  return () => undo.forEach((restore) => restore());
}

function intercept(node: Saved, action: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(node, 'serialize');
  const { serialize } = node;
  Object.defineProperty(node, 'serialize', {
    value: (...given: unknown[]): unknown => {
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
