import type { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { registry } from '../registry.js';

/**
 * Saves a target's name, id, influence and animations without its positions, which are the same for every head of a base
 * and come back when the head is attached. As JSON the positions of the 52 are 9.7 MB a head.
 *
 * The empty list stays a list: Babylon's own `MorphTarget.serialize` fails where there is none. Where the registry says so,
 * positions that are there are saved.
 */
export function serializeWithoutPositions(target: MorphTarget): void {
  const plain = Object.getPrototypeOf(target) as MorphTarget;
  Object.defineProperty(target, 'serialize', {
    value: (): unknown => {
      const whole = registry().savePositions === true && target.getPositions() !== null;
      const saved = whole ? target : (Object.create(target, { getPositions: { value: () => [] } }) as MorphTarget);
      return plain.serialize.call(saved);
    },
    configurable: true,
    enumerable: false,
  });
}

/** Is a target saved so? */
export const isSavedWithoutPositions = (target: MorphTarget): boolean => Object.hasOwn(target, 'serialize');
