import { cameraFromLabel, cameraNumbers } from '../camera/camera.js';
import type { PersonFile } from '../checkpoint/person/person.js';
import { AssetError, ShapeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { anchorGeometry } from './alpha/anchorGeometry.js';
import { anchorsOfPerson, mixAnchors, type Anchors } from './alpha/anchors.js';
import type { PathPoint } from './path.js';
import { expectGiven } from '../core/given.js';

/**
 * A person's look between all photographs: `neutral` in every layer, else the mean of the anchors. With the expression that
 * the photographs had in common.
 * @returns [numWs, wDim]
 * @throws AssetError for a person without latents
 */
export function neutralOfPerson(person: Pick<PersonFile, 'tensors'>, numWs: number): Tensor {
  expectGiven('neutralOfPerson', 'person', person);
  expectGiven('neutralOfPerson: numWs', 'count', numWs);
  const neutral = person.tensors.get('neutral')?.data;
  if (!neutral) {
    const anchors = anchorsOfPerson(person);
    return mixAnchors(anchors, new Float64Array(anchors.count).fill(1 / anchors.count), numWs);
  }
  const data = new Float32Array(numWs * neutral.length);
  for (let row = 0; row < numWs; row++) data.set(neutral, row * neutral.length);
  return { dims: [numWs, neutral.length], data };
}

/**
 * An anchor of a person as a look: its latent in every layer and, where the file keeps it, its photo's camera.
 * @param numWs of the base
 * @throws ShapeError for an index that is none, AssetError if the person has no anchors
 */
export function anchorLook(person: Pick<PersonFile, 'tensors'>, index: number, numWs: number): PathPoint {
  expectGiven('anchorLook', 'person', person);
  expectGiven('anchorLook: numWs', 'count', numWs);
  const anchors = anchorsOfPerson(person);
  requireAnchor(anchors, index);
  const only = new Float64Array(anchors.count);
  only[index] = 1;
  const labels = person.tensors.get('cameras');
  const camera =
    labels?.dims[0] === anchors.count && labels.dims[1] === cameraNumbers
      ? cameraFromLabel(labels.data.subarray(index * cameraNumbers, (index + 1) * cameraNumbers), `camera ${index}`)
      : undefined;
  return { ws: mixAnchors(anchors, only, numWs), ...(camera && { camera }) };
}

/** @throws ShapeError unless `index` is that of an anchor */
export function requireAnchor({ count }: Anchors, index: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new ShapeError('latent/anchor', `anchor: expected one of 0 to ${count - 1}, got ${index}.`);
  }
}

/**
 * Looks of several anchors, to go from one to the next.
 * @throws AssetError for a person of one anchor, ShapeError for fewer than two indices or anchors that are all the same,
 *   between which nothing changes
 */
export function anchorLooks(
  person: Pick<PersonFile, 'tensors'>,
  indices: readonly number[],
  numWs: number,
): readonly PathPoint[] {
  expectGiven('anchorLooks', 'person', person);
  expectGiven('anchorLooks', 'numbers', indices);
  const anchors = anchorsOfPerson(person);
  requireVaried(anchors, 'interpolate');
  for (const index of indices) requireAnchor(anchors, index);
  const looks = indices.map((index) => anchorLook(person, index, numWs));
  const [first] = looks;
  if (looks.length < 2 || looks.every(({ ws }) => ws.data.every((value, i) => value === first!.ws.data[i]))) {
    throw new ShapeError(
      'latent/path',
      `interpolate: expected two different anchors, got ${indices.join(', ') || 'none'}` +
        `${looks.length < 2 ? '' : ', which have the same latent'}. Name others of 0 to ${anchors.count - 1}.`,
    );
  }
  return looks;
}

/**
 * A space needs extent: one anchor, or the same one many times, spans none.
 * @param what wants it
 * @throws AssetError
 */
export function requireVaried(anchors: Anchors, what: string): void {
  if (anchorGeometry(anchors).spread > 0) return;
  throw new AssetError(
    'latent/anchors',
    `${what}: expected at least two different anchors, got ` +
      `${anchors.count === 1 ? 'one' : `${anchors.count} that are all the same`}. Personalize with more photographs.`,
  );
}
