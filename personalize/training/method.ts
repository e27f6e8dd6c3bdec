import type { LoraConvention } from '../../runtime/checkpoint/person/personTensors.js';
import { expectGiven } from '../../runtime/core/given.js';

/** Where the low-rank factors start and how fast they move. */
export type FactorLayout = 'authors' | 'balanced';

/** What of the generator is learned for a person. */
export interface Method {
  /** For tables and files. */
  readonly name: string;
  /** 0: no low-rank factors. */
  readonly rank: number;
  /**
   * `authors`: My3DGen's shapes, start values and rate. `balanced`: factors whose change is measured in units of the
   * weight they change, so that few steps suffice; learned maps get factors too.
   */
  readonly layout: FactorLayout;
  /** Biases, noise strengths and the constant input. */
  readonly replacements: boolean;
  /** Every weight of the synthesis network. */
  readonly weights: boolean;
  /** Anchors move with the rest. */
  readonly anchors: boolean;
  /** Adam's step at the beginning, relative units for `balanced`. */
  readonly rate: number;
}

/** The frozen base with latents alone: nothing is learned. */
export const isFrozen = ({ rank, replacements, weights }: Method): boolean => rank === 0 && !replacements && !weights;

export const conventionOf = ({ layout }: Method): LoraConvention => (layout === 'authors' ? 'my3dgen' : 'standard');

const nothing = { rank: 0, layout: 'balanced', replacements: false, weights: false, anchors: false, rate: 0 } as const;

const lora = (rank: number): Method => ({
  ...nothing,
  name: `lora-${rank}`,
  rank,
  replacements: true,
  anchors: true,
  rate: 0.02,
});

/** The methods that are compared, by name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [
    // EG3D inversion: the frozen base, a latent for each photo.
    { ...nothing, name: 'base' },
    lora(1),
    lora(2),
    lora(4),
    // My3DGen as published: frozen anchors, its own factors, rate and start.
    { ...nothing, name: 'authors', rank: 1, layout: 'authors' as const, replacements: true, rate: 0.002 },
    // Pivotal tuning (Roich 2021): all weights, anchors stay.
    { ...nothing, name: 'pti', replacements: true, weights: true, rate: 0.0003 },
    // Everything that synthesis has, anchors too.
    { ...nothing, name: 'full', replacements: true, weights: true, anchors: true, rate: 0.001 },
  ].map((method: Method) => [method.name, method]),
);

/**
 * A method by its name, or by its name and another rate: `full@0.0003`. Rates are found by comparing such methods.
 * @returns undefined where there is none of that name, or the rate is no positive number
 */
export function methodNamed(text: string): Method | undefined {
  expectGiven('methodNamed', 'text', text);
  const [name = '', rate, ...more] = text.trim().split('@');
  const method = methods.get(name);
  if (rate === undefined || !method) return method;
  const value = Number(rate);
  const learns = method.rate > 0;
  return learns && more.length === 0 && value > 0 && value < Infinity
    ? { ...method, name: `${name}@${rate}`, rate: value }
    : undefined;
}
