import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { arkitNameOf } from '../arkitNames.js';

/** Takes what a head has no place for. Babylon starts no group in which a target is null or lacks what is animated. */
interface Nobody {
  readonly name: string;
  animations: unknown[];
}

const createNobody = (): Nobody => ({
  name: 'nobody',
  animations: [],
  ...{ influence: 0, position: Vector3.Zero(), rotationQuaternion: Quaternion.Identity(), scaling: Vector3.One() },
});

/**
 * For `ImportAnimationsAsync(clip, scene, { targetConverter: headTargetConverter(head) })`: leads a clip's morph targets to
 * the head's of the same name, in any spelling of ARKit's, and everything else to nobody. To have groups with nothing
 * else in them, use `importFaceClipsAsync`.
 */
export function headTargetConverter(head: Mesh): (target: unknown) => MorphTarget | Nobody {
  const nobody = createNobody();
  return (target) => {
    const { name, influence } = (target ?? {}) as Partial<MorphTarget>;
    const manager = head.morphTargetManager;
    if (typeof name !== 'string' || typeof influence !== 'number' || !manager) return nobody;
    const wanted = arkitNameOf(name) ?? name;
    for (let i = 0; i < manager.numTargets; i++) {
      const own = manager.getTarget(i);
      if ((arkitNameOf(own.name) ?? own.name) === wanted) return own;
    }
    return nobody;
  };
}
