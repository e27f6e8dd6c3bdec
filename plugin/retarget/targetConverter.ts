import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { tellOnce } from '../tellOnce.js';
import { faceAmountsOf } from '../vocabulary/faceNames.js';
import { listUnknown } from '../vocabulary/givenAmounts.js';
import { expectHead, morphName, partsOf, targetsOf } from './retarget.js';

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
 * the head's of the same name, in any spelling of ARKit's; names that several expressions share (`viseme_aa`, `Joy`) to
 * something that adds to those; everything else to nobody, with one warning. To have groups with nothing else in them, use
 * `importFaceClipsAsync`.
 * @throws ShapeError for what is no mesh
 */
export function headTargetConverter(head: Mesh): (target: unknown) => MorphTarget | Nobody {
  expectHead('headTargetConverter', head);
  const nobody = createNobody();
  const shared = new Map<MorphTarget, Shared>();
  return (target) => {
    const name = morphName(target);
    if (name === undefined) return nobody;
    const targets = targetsOf(head);
    const own = targets.get(name);
    if (own) return own;
    const parts = partsOf(name, targets);
    if (parts.length > 0) return adder(name, parts, shared);
    if (!faceAmountsOf(name)) {
      tellOnce(head, name, () => `${head.name}: it has no ${listUnknown([name])}; left out of the clip.`);
    }
    return nobody;
  };
}

/** A target that several names add to: what was there without them, and what each adds. */
interface Shared {
  own: number;
  written: number;
  readonly added: Map<object, number>;
}

/** Stands for several targets at once, and adds to what others make of them. */
function adder(
  name: string,
  parts: readonly (readonly [MorphTarget, number])[],
  shared: Map<MorphTarget, Shared>,
): Nobody {
  let amount = 0;
  const self = { ...createNobody(), name };
  return Object.defineProperty(self, 'influence', {
    get: () => amount,
    set: (value: number) => {
      amount = value;
      for (const [target, share] of parts) {
        const known: Shared = shared.get(target) ?? {
          own: target.influence,
          written: target.influence,
          added: new Map(),
        };
        shared.set(target, known);
        // What is not what was written last was set by another.
        if (target.influence !== known.written) known.own = target.influence;
        known.added.set(self, share * value);
        target.influence = [...known.added.values()].reduce((sum, added) => sum + added, known.own);
        known.written = target.influence;
      }
    },
    enumerable: true,
  });
}
