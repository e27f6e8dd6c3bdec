import type { Base } from '../../runtime/checkpoint/base.js';
import type { PersonFile } from '../../runtime/checkpoint/person.js';
import { median } from '../../runtime/core/median.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { neutralize, offsetByDirections, type Directions } from '../../runtime/latent/directions.js';
import { modulatedLayers, networkLayout, requireTensor } from '../../runtime/network/layout.js';
import { factorName } from '../../runtime/network/lora.js';
import { personFeeds } from '../../runtime/network/person.js';

/** Of the photos: so many, those with the least smile, show the face at rest. */
const share = 1 / 4;
/** Amounts of a smile that is not there differ by this between photos. */
const noise = 0.1;

/**
 * How much less than none a person smiles at rest: people smile at cameras, and what most photos show is learned as the face.
 * @param smiles amounts of the smile in photos, one at least
 * @returns 0 or less
 */
export function restingSmile(smiles: readonly number[]): number {
  const sorted = [...smiles].sort((a, b) => a - b);
  return Math.min(0, median(sorted.slice(0, Math.max(1, Math.round(share * sorted.length)))) + noise);
}

/**
 * The person with the face that they have in their least smiling photos as the neutral one. Anchors show what they showed,
 * but their smiles are counted from there: a smile that is added begins at a face that does not smile yet.
 * @param person with anchors; with factors or replacements, as the bare base's own neutral face does not smile
 * @param directions with a smile in coordinates of their own; without, the person stays as they are
 */
export function withRestingFace(base: Base, person: PersonFile, directions: Directions): PersonFile {
  const anchors = person.tensors.get('anchors');
  if (!anchors || !(directions.directions.has('smile') || directions.groups.has('smile'))) return person;
  const { wDim } = networkLayout(base);
  const none: Tensor = { dims: [1, wDim], data: new Float32Array(wDim) };
  const smile = offsetByDirections(none, directions, { smile: 1 }).data;
  const level = restingSmile(smilesOf(anchors, directions, smile));
  return level === 0
    ? person
    : movedOrigin(
        base,
        person,
        smile.map((value) => level * value),
      );
}

/** Amounts of the smile in each anchor, the mean of its rows, by what its expression's coordinates hold. */
function smilesOf(anchors: Tensor, directions: Directions, smile: Float32Array): number[] {
  const [count, rows, wDim] = anchors.dims as [number, number, number];
  const rest = neutralize(anchors, directions).data;
  const length = smile.reduce((sum, value) => sum + value * value, 0);
  const size = rows * wDim;
  return Array.from({ length: count }, (_, photo) => {
    let along = 0;
    for (let i = photo * size; i < (photo + 1) * size; i++) along += (anchors.data[i]! - rest[i]!) * smile[i % wDim]!;
    return along / (rows * length);
  });
}

/**
 * The person whose planes at w are this one's at w + offset. Styles are affine in w, so it is their biases that take the
 * offset in: s(w + offset) = W w + (b + W offset), the factors' share included. Anchors move back by it and show what they did.
 * @param offset [wDim], along coordinates that the neutral latent holds at rest: that one stays where it is
 */
export function movedOrigin(base: Base, person: PersonFile, offset: Float32Array): PersonFile {
  const layout = networkLayout(base);
  const feeds = personFeeds(person, layout);
  const tensors = new Map(person.tensors);
  for (const { name } of modulatedLayers(layout)) {
    const affine = `${name}.affine`;
    const weight = requireTensor(base, `${affine}.weight`);
    const bias = feeds.get(`${affine}.bias`) ?? requireTensor(base, `${affine}.bias`);
    const data = bias.data.slice();
    addProduct(data, weight, offset, 1 / Math.sqrt(layout.wDim));
    const [a, b] = (['A', 'B'] as const).map((factor) => feeds.get(factorName(affine, factor)));
    if (a && b) {
      const inner = new Float32Array(a.dims[0]!);
      addProduct(inner, a, offset, 1);
      addProduct(data, b, inner, 1);
    }
    tensors.set(`set.${affine}.bias`, { dims: bias.dims, data });
  }
  const anchors = tensors.get('anchors');
  if (anchors) {
    const data = anchors.data.map((value, i) => value - offset[i % offset.length]!);
    tensors.set('anchors', { dims: anchors.dims, data });
  }
  return { ...person, tensors };
}

/** sum += gain matrix vector, the matrix [rows, columns]. */
function addProduct(sum: Float32Array, matrix: Tensor, vector: Float32Array, gain: number): void {
  const columns = vector.length;
  for (let row = 0; row < sum.length; row++) {
    let value = 0;
    for (let i = 0; i < columns; i++) value += matrix.data[row * columns + i]! * vector[i]!;
    sum[row]! += gain * value;
  }
}
