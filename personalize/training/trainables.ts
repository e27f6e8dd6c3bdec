import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import { networkLayout, requireTensor } from '../../runtime/network/layout.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { personAdaptation } from '../../runtime/network/person.js';
import { personParts, type PersonPart } from '../../runtime/network/personLayout.js';
import { conventionOf, type Method } from './method.js';
import { Random } from './random.js';

/** One tensor of the network that training moves. */
export interface Trainable {
  /** Input of the graph. Factors are fed with their scale, so that this is what moves. */
  readonly input: string;
  /** Name in a person file. */
  readonly stored: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
  /** Step of the optimiser for this tensor where the method's rate is 1. */
  readonly rate: number;
  /** What is stored times this is what is fed. */
  readonly scale: number;
}

const replacement = 'set.';

/** Weights of synthesis and super-resolution: what pivotal tuning moves beside the replacements. */
const isWeight = (name: string): boolean =>
  /^(backbone\.synthesis|superresolution)\..*\.(weight|noise_const)$/.test(name);

/** Does this tensor, or factor of one, belong to the super-resolution network? */
export const isSuperresolution = (name: string): boolean => name.startsWith('superresolution.');

export interface TrainablesOptions {
  /** Of the super-resolution network too: for a loss on its image. Default false: without one they would get no gradient. */
  readonly superresolution?: boolean;
}

function rms(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / Math.max(1, values.length));
}

/** Everything that `method` learns of a base beside the anchors, at its start values. */
export function trainables(
  base: Base,
  method: Method,
  seed: string,
  { superresolution = false }: TrainablesOptions = {},
): Trainable[] {
  const noise = base.config.superresolution?.noiseMode === 'const';
  const learns = (name: string): boolean =>
    !isSuperresolution(name) || (superresolution && (noise || !name.includes('.noise_')));
  const random = new Random(`${seed}:factors`);
  const parts = personParts(base, {
    rank: method.rank,
    convention: conventionOf(method),
    maps: method.layout === 'balanced',
    replacements: method.replacements,
  }).filter(({ name }) => learns(name.replace(replacement, '')));
  const learned = parts.map((part) =>
    part.role === 'replacement'
      ? replaced(base, part.name.slice(replacement.length), part.dims)
      : factor(base, part, method, random),
  );
  if (!method.weights) return learned;
  const known = new Set(learned.map(({ input }) => input));
  const weights = [...base.tensors].filter(([name]) => isWeight(name) && learns(name) && !known.has(name));
  return [...learned, ...weights.map(([name, { dims }]) => replaced(base, name, dims))];
}

function replaced(base: Base, name: string, dims: readonly number[]): Trainable {
  const values = requireTensor(base, name).data.slice();
  // Biases of affines are near 1, the others near 0 or of the size of what they are added to.
  const rate = Math.min(1, Math.max(0.1, rms(values)));
  return { input: name, stored: replacement + name, dims, values, rate, scale: 1 };
}

/**
 * Start values of a factor.
 * `authors`: A uniform in +-1/sqrt(columns) (kaiming_uniform with a = sqrt 5), B = 0; facts my3dgen.md 1.3.
 * `balanced`: A normal with the variance of the weight's rows taken out, B = 0 and moving in units of the weight, so that
 * a step changes the weight by the same share in every layer. Maps start the other way round, B normal and A = 0: a
 * random pattern in A would be painted over the head as soon as B moves.
 */
function factor(base: Base, part: PersonPart, method: Method, random: Random): Trainable {
  const { name, dims } = part;
  const values = new Float32Array(sizeOf(dims));
  const layer = name.replace(/\.lora_[AB]$/, '');
  const isMap = layer.endsWith('.noise_const');
  const isA = part.role === 'factorA';
  if (method.layout === 'authors') {
    const bound = 1 / Math.sqrt(dims[1]!);
    if (isA) for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1);
    return { input: name, stored: name, dims, values, rate: 1, scale: 1 };
  }
  if (isMap ? !isA : isA) for (let i = 0; i < values.length; i++) values[i] = random.normal();
  const weight = requireTensor(base, isMap ? layer : `${layer}.weight`);
  // A standard affine factor is stored without the equalised-learning-rate gain of its layer (runtime/network/person.ts).
  const gain = layer.endsWith('.affine') ? 1 / Math.sqrt(weight.dims[1]!) : 1;
  const size = rms(weight.data) * gain;
  const rate = isMap ? (isA ? size : 1) : isA ? 1 : size;
  return { input: name, stored: name, dims, values, rate, scale: isA ? 1 : gain };
}

/** What is fed for them: the values themselves, so that it follows them as they move. */
export const feedsOf = (all: readonly Trainable[]): Map<string, Tensor> =>
  new Map(all.map(({ input, dims, values }) => [input, { dims, data: values }]));

/** What a graph must take as inputs so that these can be fed. */
export function adaptationOf(all: readonly Trainable[]): Adaptation {
  return personAdaptation({
    tensors: new Map(all.map(({ stored, dims, values }) => [stored, { dims, data: values }])),
  });
}

/** The tensors as a person file stores them; alpha is the rank, so its scale alpha / rank is 1. */
export function storedTensors(all: readonly Trainable[]): Map<string, Tensor> {
  return new Map(
    all.map(({ stored, dims, values, scale }) => [
      stored,
      { dims, data: scale === 1 ? values.slice() : values.map((value) => value / scale) },
    ]),
  );
}

/** Numbers that make a person: what is learned, with the anchors left out as the paper does. */
export function countNumbers(all: readonly Trainable[]): number {
  return all.reduce((sum, { values }) => sum + values.length, 0);
}

/** As a person file, without anchors: for rendering what has been learned so far. */
export function personOf(base: Base, method: Method, all: readonly Trainable[]): PersonFile {
  networkLayout(base); // a base that is none is refused here
  return {
    baseHash: base.hash,
    convention: conventionOf(method),
    alpha: Math.max(1, method.rank),
    ...(method.rank > 0 ? { rank: method.rank } : {}),
    tensors: storedTensors(all),
    metadata: new Map([['method', method.name]]),
  };
}
