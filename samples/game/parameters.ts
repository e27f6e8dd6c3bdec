import { finite, readDevice, type DeviceParameters } from '../shared/address.js';

export const bodyNames = ['man', 'woman'] as const;
export type BodyName = (typeof bodyNames)[number];

/** What an address may ask of the page. */
export interface GameParameters extends DeviceParameters {
  /** How many others stand there, 0..7. */
  readonly others: number;
  /** Seed of the player's head; the others follow. */
  readonly seed: number;
  /** Everybody's body; null: by turns. */
  readonly body: BodyName | null;
  /** A person's file instead of the seed. */
  readonly head: string | null;
  /** false: heads are textured meshes, which need no network. */
  readonly image: boolean;
  /** Other tabs with the same name are in the same place. */
  readonly channel: string;
  /** 0: time stands still unless the page is told to go on, so that the same is seen again. */
  readonly time: boolean;
}

/** Reads `?others=2&channel=here`; what is missing or no number keeps its default. */
export function readParameters(search: string): GameParameters {
  const query = new URLSearchParams(search);
  return {
    others: Math.min(7, Math.max(0, Math.round(finite(query.get('others'), 5)))),
    seed: finite(query.get('seed'), 11),
    body: bodyNames.find((name) => name === query.get('body')) ?? null,
    head: query.get('head'),
    image: query.get('image') !== '0',
    channel: query.get('channel') ?? 'square',
    time: query.get('time') !== '0',
    ...readDevice(query),
  };
}
