import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { MorphTargetManager } from '@babylonjs/core/Morph/morphTargetManager.js';
import { arkitNameOf } from '../arkitNames.js';
import type { Expressive } from './expressive.js';

const isRecord = (value: unknown): value is Record<string, number> => typeof value === 'object' && value !== null;

/**
 * What behaviours move of a mesh: its own `expression` and `pose` (a Personalized Head), or else its morph targets
 * under ARKit names in any spelling, and no pose.
 */
export function expressiveOf(mesh: Mesh): Expressive {
  const { expression, pose } = mesh as Mesh & Partial<Expressive>;
  if (isRecord(expression) && isRecord(pose)) return { expression, pose };
  const { morphTargetManager } = mesh;
  return {
    expression: morphTargetManager ? morphExpression(morphTargetManager) : {},
    pose: { yaw: 0, pitch: 0, roll: 0 },
  };
}

const views = new WeakMap<
  MorphTargetManager,
  { readonly targets: number; readonly expression: Record<string, number> }
>();

/** The influences of a mesh's morph targets by ARKit name; names that it lacks are absent. */
function morphExpression(manager: MorphTargetManager): Record<string, number> {
  const { numTargets } = manager;
  const known = views.get(manager);
  if (known?.targets === numTargets) return known.expression;
  const expression: Record<string, number> = {};
  for (let i = 0; i < numTargets; i++) {
    const target = manager.getTarget(i);
    const name = arkitNameOf(target.name);
    if (!name || name in expression) continue;
    Object.defineProperty(expression, name, {
      enumerable: true,
      get: () => target.influence,
      set: (value: number) => (target.influence = value),
    });
  }
  views.set(manager, { targets: numTargets, expression });
  return expression;
}
