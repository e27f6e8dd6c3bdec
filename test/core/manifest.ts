import { readFileSync } from 'node:fs';

/** A tensor's entry: hashed with a mean and a spread, or the fixed up-sampling filter. */
export interface TensorEntry {
  readonly shape: readonly number[];
  readonly mean?: number;
  readonly std?: number;
  readonly first?: readonly number[];
  readonly sum?: number;
}

interface HashSample {
  readonly name: string;
  readonly index: number;
  readonly name_hash_hex: string;
  readonly u32: number;
  readonly mean: number;
  readonly std: number;
  readonly value_f32: number;
}

interface NetworkEntry {
  readonly tensors: Readonly<Record<string, TensorEntry>>;
}

interface Manifest {
  readonly hash: {
    readonly seed: string;
    readonly rules_first_match: readonly { regex: string; mean: number; std: number }[];
    readonly samples: readonly HashSample[];
  };
  readonly cameras: Readonly<Record<'A' | 'B' | 'c_cond', { yaw: number; pitch: number }>>;
  readonly configs: Readonly<Record<'tiny' | 'tiny2x' | 'full', NetworkEntry>>;
  readonly tolerances: {
    readonly tiny: Readonly<Record<string, { max_abs: number }>>;
    readonly full: Readonly<Record<string, { max_abs: number }>>;
    readonly lora_and_grads: Readonly<Record<string, { image_max_abs_f32: number; n_lora_params: number }>>;
  };
}

/** What the goldens say of themselves. */
export const manifest = JSON.parse(
  readFileSync(new URL('../goldens/manifest.json', import.meta.url), 'utf8'),
) as Manifest;

/** How many times the original's own float32 error a port may be off. */
const margin = 10;

/** Largest absolute difference that a quantity of the goldens may show. */
export function tolerance(quantity: string, config: 'tiny' | 'full' = 'tiny'): number {
  const entry = manifest.tolerances[config][quantity];
  if (!entry) throw new Error(`The manifest has no tolerance for ${quantity} of ${config}.`);
  return margin * entry.max_abs;
}

/** The same for what a person's factors change; the manifest measured images only. */
export function loraTolerance(convention: string): number {
  const entry = manifest.tolerances.lora_and_grads[`lora.${convention}`];
  if (!entry) throw new Error(`The manifest has no tolerance for ${convention}.`);
  return margin * entry.image_max_abs_f32;
}
