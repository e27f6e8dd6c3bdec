import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { anchorsOfPerson, mixAnchors } from '../../runtime/latent/alpha/anchors.js';
import { neutralize, type Directions } from '../../runtime/latent/directions.js';
import { neutralOfPerson } from '../../runtime/latent/personLooks.js';
import { mixLatents } from '../../runtime/latent/truncation.js';
import type { HeadLook, HeadMetadata, LatentWeights } from './metadata.js';

/** What a bare base, or a person, looks like: ws [numWs, wDim] without expression. */
export type Looks = (look: HeadLook) => Promise<Tensor>;

/** @param latentOfSeedAsync ws [numWs, wDim] of a whole seed */
export function looksOfBase(latentOfSeedAsync: (seed: number) => Promise<Tensor>): Looks {
  const known = new Map<number, Promise<Tensor>>();
  const whole = (seed: number): Promise<Tensor> => {
    let found = known.get(seed);
    if (!found) {
      known.set(seed, (found = latentOfSeedAsync(seed)));
      // Asked again next time: a device may have been lost.
      found.catch(() => known.delete(seed));
    }
    return found;
  };
  return async ({ seed = 0 }) => {
    const clamped = Math.min(0xffffffff, Math.max(0, seed));
    const below = Math.floor(clamped);
    const share = clamped - below;
    if (share === 0) return whole(below);
    const [a, b] = await Promise.all([whole(below), whole(below + 1)]);
    return mixLatents(a, b, share);
  };
}

/**
 * A person's looks: w = neutral + sum of weight_i (anchor_i - neutral), without the expression of the photographs, which
 * morph targets decide. Without `neutral` the mean of the anchors takes its place.
 * @throws AssetError for a person without latents
 */
export function looksOfPerson(person: PersonFile, numWs: number, directions: Directions | null): Looks {
  const neutral = neutralOfPerson(person, numWs);
  const anchors = person.tensors.has('anchors') ? anchorsOfPerson(person) : null;
  const mix = (latent: Readonly<LatentWeights>): Tensor => {
    if (!anchors) return neutral;
    const alpha = weightList(latent, anchors.count);
    const rest = 1 - alpha.reduce((sum, weight) => sum + weight, 0);
    const { dims, data } = mixAnchors(anchors, alpha, numWs);
    return { dims, data: data.map((value, i) => value + rest * neutral.data[i]!) };
  };
  return ({ latent = {} }) => {
    const ws = mix(latent);
    return Promise.resolve(directions ? neutralize(ws, directions) : ws);
  };
}

/** Weights of anchors that the person does not have are left out. */
function weightList(weights: Readonly<LatentWeights>, count: number): Float64Array {
  const alpha = new Float64Array(count);
  for (const [key, weight] of Object.entries(weights)) {
    const index = Number(key);
    if (Number.isInteger(index) && index >= 0 && index < count && Number.isFinite(weight)) alpha[index] = weight;
  }
  return alpha;
}

/** The face that a head's metadata asks for: [numWs, wDim]. */
export async function faceOfAsync(looks: Looks, metadata: HeadMetadata): Promise<Tensor> {
  const { seed, latent, looks: mixed, latentMix = 0 } = metadata;
  const now: HeadLook = { ...(seed === undefined ? {} : { seed }), ...(latent ? { latent } : {}) };
  const [from, to] = mixed ?? [null, null];
  const start = await looks(from ?? now);
  if (latentMix === 0) return start;
  const end = await looks(to ?? now);
  return latentMix === 1 ? end : mixLatents(start, end, latentMix);
}
