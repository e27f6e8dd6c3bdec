import type { Behavior } from '@babylonjs/core/Behaviors/behavior.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Nullable } from '@babylonjs/core/types.js';
import type { FaceContribution, FaceSource } from './contribution.js';
import type { HeadPose } from './expressive.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { tellOnce } from '../tellOnce.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import { expressiveOf } from './expressiveOf.js';
import { FaceMixer } from './faceMixer.js';

/**
 * What all behaviours of a face have in common. They compose: each only ever adds to what the head's owner, an
 * animation or another behaviour wants, and detached gives back what it added.
 */
export abstract class FaceBehavior implements Behavior<Mesh>, FaceSource {
  abstract readonly name: string;
  /** The head it moves; one at a time. */
  attachedNode: Nullable<Mesh> = null;

  init(): void {
    // Babylon asks for it; there is nothing to prepare.
  }

  /** @throws ShapeError for what is no mesh */
  attach(target: Mesh): void {
    if (
      typeof (target as Partial<Mesh> | null | undefined)?.getScene !== 'function' ||
      !('morphTargetManager' in target)
    ) {
      throw new ShapeError(
        'behavior/mesh',
        `${this.name}: expected a mesh to move, got ${kindOf(target)}. Add it with mesh.addBehavior(…).`,
      );
    }
    if (Object.keys(expressiveOf(target).expression).length === 0) {
      tellOnce(target, `${target.name}: ${this.name} moves nothing of it: no morph target has a name of ARKit's.`);
    }
    if (this.attachedNode) this.detach();
    this.attachedNode = target;
    this.restart();
    FaceMixer.Add(target, this);
  }

  detach(): void {
    const mesh = this.attachedNode;
    this.attachedNode = null;
    if (mesh) FaceMixer.Remove(mesh, this);
  }

  abstract advance(seconds: number, pose: Readonly<HeadPose>): FaceContribution;

  /** Begins anew, as it did when it was made: the same seed and times give the same movements. */
  abstract restart(): void;
}
