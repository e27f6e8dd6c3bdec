import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { median } from '../../runtime/core/median.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { neutralize, resolveAmounts, type Directions } from '../../runtime/latent/directions.js';
import { modulatedLayers, networkLayout, requireTensor } from '../../runtime/network/layout.js';
import { factorName } from '../../runtime/network/lora.js';
import { personFeeds } from '../../runtime/network/person.js';

/** Of the photos: so many, those with the least smile, show the face at rest. */
const share = 1 / 4;
/** Amounts of a smile that is not there differ by this between photos. */
const noise = 0.1;
/** What a smile goes with. Eyes and brows act for reasons of their own, and where somebody looked is no resting place. */
const aboutMouth = /^(mouth|jaw|cheek)/;

/**
 * The expression of the face at rest, counted from the one that most photos show: people smile at cameras, and that is
 * learned as the face. It is what the mouth, the jaw and the cheeks do in the least smiling photos, both sides alike, less
 * the part of it that readings of a smile differ by.
 * @param smiles amounts of the smile in photos, one at least
 * @param others amounts in the same photos of each expression that goes with it, by name
 * @returns by name; empty for who does not smile in most photos
 */
export function restingFace(
  smiles: readonly number[],
  others: ReadonlyMap<string, readonly number[]>,
): Map<string, number> {
  const least = [...smiles.keys()]
    .sort((a, b) => smiles[a]! - smiles[b]!)
    .slice(0, Math.max(1, Math.round(share * smiles.length)));
  const usual = (amounts: readonly number[]): number => median(least.map((photo) => amounts[photo]!));
  const smile = usual(smiles);
  if (smile >= -noise) return new Map();
  const certain = (smile + noise) / smile;
  const found = new Map([...others].map(([name, amounts]) => [name, certain * usual(amounts)]));
  return new Map([...found].map(([name, amount]) => [name, (amount + (found.get(mirrored(name)) ?? amount)) / 2]));
}

/** ARKit's name of the same on the other side; of what has no sides, its own. */
const mirrored = (name: string): string =>
  name.replace(/(Left|Right)$/, (side) => (side === 'Left' ? 'Right' : 'Left'));

/**
 * The person with the face that they have in their least smiling photos as the neutral one. Anchors show what they showed,
 * but their expressions are counted from there: a smile that is added begins at a face that does not smile yet.
 * @param person with anchors; with factors or replacements, as the bare base's own neutral face does not smile
 * @param directions with a smile in coordinates of their own; without, the person stays as they are
 */
export function withRestingFace(base: Base, person: PersonFile, directions: Directions): PersonFile {
  const anchors = person.tensors.get('anchors');
  if (!anchors || !(directions.byName.has('smile') || directions.groups.has('smile'))) return person;
  const smiling = [...resolveAmounts(directions, { smile: 1 }).keys()];
  const names = [...directions.byName.values()]
    .filter(({ name, kind }) => kind === 'expression' && aboutMouth.test(name))
    .map(({ name }) => name);
  const rest = neutralize(anchors, directions).data;
  const read = (name: string): number[] => amountsOf(anchors, rest, directions.byName.get(name)!.vector);
  const amounts = new Map([...new Set([...smiling, ...names])].map((name) => [name, read(name)]));
  const smiles = amounts
    .get(smiling[0]!)!
    .map((_, photo) => smiling.reduce((sum, name) => sum + amounts.get(name)![photo]!, 0) / smiling.length);
  const resting = restingFace(smiles, amounts);
  if (resting.size === 0) return person;
  const offset = new Float32Array(networkLayout(base).wDim);
  for (const [name, amount] of resting) {
    directions.byName.get(name)!.vector.forEach((value, i) => (offset[i]! += amount * value));
  }
  return movedOrigin(base, person, offset);
}

/**
 * Amounts of an expression in each anchor, the mean of its rows, by what its coordinates hold.
 * @param rest the anchors without expressions
 * @param vector [wDim]; those of several expressions share no coordinate
 */
function amountsOf(anchors: Tensor, rest: Float32Array, vector: Float32Array): number[] {
  const [count, rows, wDim] = anchors.dims as [number, number, number];
  const length = vector.reduce((sum, value) => sum + value * value, 0);
  const size = rows * wDim;
  return Array.from({ length: count }, (_, photo) => {
    let along = 0;
    for (let i = photo * size; i < (photo + 1) * size; i++) along += (anchors.data[i]! - rest[i]!) * vector[i % wDim]!;
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
