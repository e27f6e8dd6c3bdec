import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { isList, kindOf } from '../../runtime/core/kindOf.js';
import { headMetadata, setHeadMetadata, type HeadLook, type HeadMetadata, type LatentWeights } from './metadata.js';
import { expectNumbers, memberNumber, tellMember } from './memberNumber.js';
import { sparseNumbers } from './sparseNumbers.js';

/** Of the generator of random numbers. */
const lastSeed = 0xffffffff;

/**
 * Which face it is: weights over a person's anchors, or a seed of the bare base, and how far it is mixed with another.
 * Stored in the mesh's metadata and nowhere else.
 */
export class FaceLatent {
  /**
   * Weights by the anchor's number: 0: the person's neutral look, 1 for one of them: that photograph's. They need not sum
   * to 1: w = neutral + sum of weight_i (anchor_i - neutral).
   */
  readonly latent: LatentWeights;
  /** Anchors of the person; 0 before the file is there, and for a bare base. */
  anchorCount = 0;
  private _last: HeadMetadata;

  constructor(
    private readonly _mesh: Mesh,
    private readonly _onChange: () => void,
  ) {
    this._last = headMetadata(_mesh)!;
    this.latent = this._weights();
  }

  /** The saved head; put back where someone has replaced the mesh's metadata. */
  get metadata(): HeadMetadata {
    const found = headMetadata(this._mesh);
    if (found) this._last = found;
    else setHeadMetadata(this._mesh, this._last);
    return this._last;
  }

  /** @throws ShapeError `head/latent` for what holds no weights by number, NumericError `head/number` */
  setLatent(weights: ArrayLike<number> | Readonly<LatentWeights>): void {
    const pairs = expectNumbers('latent', isList(weights) ? Object.entries(Array.from(weights)) : entriesOf(weights));
    this.metadata.latent = Object.fromEntries(pairs.filter(([, weight]) => weight !== 0));
    this._onChange();
  }

  get latentMix(): number {
    return this.metadata.latentMix ?? 0;
  }
  set latentMix(mix: number) {
    const given = memberNumber(this._mesh, 'latentMix', mix);
    if (given !== undefined) this._setNumber('latentMix', given);
  }

  /** 0 .. 2^32 - 1; between whole numbers the two faces are mixed. */
  get seed(): number {
    return this.metadata.seed ?? 0;
  }
  set seed(seed: number) {
    const given = memberNumber(this._mesh, 'seed', seed);
    // Animations that ease may overshoot.
    if (given !== undefined) this._setNumber('seed', Math.min(lastSeed, Math.max(0, given)));
  }

  /** What `latentMix` 0 and 1 are; null: what `latent` or `seed` say. */
  get looks(): readonly [HeadLook | null, HeadLook | null] {
    return this.metadata.looks ?? [null, null];
  }
  set looks(looks: readonly [HeadLook | null, HeadLook | null]) {
    expectLooks(looks);
    this.metadata.looks = JSON.parse(JSON.stringify(looks)) as [HeadLook | null, HeadLook | null];
    this._onChange();
  }

  /** The face of now as a look to mix with. */
  look(): HeadLook {
    const { url, latent = {}, seed = 0 } = this.metadata;
    return url === undefined ? { seed } : { latent: { ...latent } };
  }

  private _setNumber(name: 'latentMix' | 'seed', value: number): void {
    const { metadata } = this;
    if (metadata[name] === value) return;
    metadata[name] = value;
    this._onChange();
  }

  /** Paths such as `latent.3` can be animated. */
  private _weights(): LatentWeights {
    return sparseNumbers(
      {
        nameOf: (key) => (/^\d+$/.test(key) ? key : undefined),
        names: () => Array.from({ length: this.anchorCount }, (_, i) => `${i}`),
        stored: () => this.metadata.latent,
        store: () => (this.metadata.latent ??= {}),
        onChange: () => this._onChange(),
        onRefused: (key, value) =>
          tellMember(this._mesh, `latent.${key.slice(0, 60)}`, "a weight under an anchor's number", value),
      },
      { length: () => this.anchorCount },
    );
  }
}

/** @throws ShapeError `head/latent` */
function entriesOf(weights: unknown): [string, unknown][] {
  const isObject = typeof weights === 'object' && weights !== null;
  const entries: [string, unknown][] = isObject ? Object.entries(weights) : [];
  if (isObject && entries.every(([name]) => /^\d+$/.test(name))) return entries;
  throw new ShapeError(
    'head/latent',
    `latent: expected a list of weights, or weights by the anchor's number, { 2: 1 }, got ` +
      `${isObject ? JSON.stringify(weights).slice(0, 80) : kindOf(weights)}. Nothing was changed.`,
  );
}

/** @throws ShapeError `head/looks` */
function expectLooks(looks: unknown): asserts looks is readonly [HeadLook | null, HeadLook | null] {
  if (!Array.isArray(looks) || looks.length !== 2) {
    throw new ShapeError(
      'head/looks',
      `looks: expected two looks, [null, { seed: 4 }], got ${kindOf(looks)}. Nothing was changed.`,
    );
  }
  for (const look of looks as unknown[]) expectLook(look);
}

/** @throws ShapeError `head/looks` for what is neither null nor a look */
function expectLook(look: unknown): asserts look is HeadLook | null {
  if (look === null) return;
  const entries = typeof look === 'object' && !Array.isArray(look) ? Object.entries(look) : [];
  const isSound = ([name, value]: readonly [string, unknown]): boolean =>
    name === 'seed' ? Number.isFinite(value) && (value as number) >= 0 : name === 'latent' && areWeights(value);
  if (entries.length > 0 && entries.every(isSound)) return;
  throw new ShapeError(
    'head/looks',
    `looks: expected null, { seed: 4 } or { latent: { 2: 1 } }, got ${JSON.stringify(look)}. Nothing was changed.`,
  );
}

const areWeights = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([key, weight]) => /^\d+$/.test(key) && Number.isFinite(weight));
