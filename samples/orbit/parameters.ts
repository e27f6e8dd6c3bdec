import { finite, readDevice, type DeviceParameters } from '../shared/address.js';

/** Expressions with a slider, by direction or group name. */
export const expressionNames = ['smile', 'jawOpen', 'blink', 'browInnerUp', 'browDown', 'mouthPucker'] as const;

/** Where the green box is. */
export const boxPlaces = ['none', 'behind', 'inside', 'front'] as const;

/** What the page shows; every field is also a parameter of its address. */
export interface OrbitParameters extends DeviceParameters {
  /** Two identities, and how far from the first to the second. */
  seed: number;
  seedB: number;
  mix: number;
  /** Amounts, 0..1. */
  expressions: Record<string, number>;
  /** Pose of the head, radians: positive yaw turns the face to the viewer's left, positive pitch nods it down. */
  yaw: number;
  pitch: number;
  box: (typeof boxPlaces)[number];
  /** 0: without sliders. */
  gui: boolean;
}

/** What the page opens with: a friendly look to the side. */
const opening: Readonly<Record<string, number>> = { seed: 2, seedB: 4, mix: 0.3, smile: 0.6, yaw: 0.3, pitch: 0.05 };

/** Aliases by which an address may name an expression. */
const aliases: Readonly<Record<string, string>> = { eyeBlink: 'blink' };

/** Reads `?seed=1&smile=0.5&box=front`; what is missing or no number keeps its default. */
export function readParameters(search: string): OrbitParameters {
  const query = new URLSearchParams(search);
  const expressions: Record<string, number> = {};
  for (const name of expressionNames) expressions[name] = finite(query.get(name), opening[name] ?? 0);
  for (const [alias, name] of Object.entries(aliases)) expressions[name] = finite(query.get(alias), expressions[name]!);
  return {
    seed: finite(query.get('seed'), opening.seed!),
    seedB: finite(query.get('seedB'), opening.seedB!),
    mix: finite(query.get('mix'), opening.mix!),
    expressions,
    yaw: finite(query.get('yaw'), opening.yaw!),
    pitch: finite(query.get('pitch'), opening.pitch!),
    box: boxPlaces.find((place) => place === query.get('box')) ?? 'none',
    gui: query.get('gui') !== '0',
    ...readDevice(query),
  };
}
