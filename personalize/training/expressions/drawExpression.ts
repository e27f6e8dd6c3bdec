import { resolveAmounts, type Amounts, type Directions } from '../../../runtime/latent/directions.js';
import type { Random } from '../random.js';

/** An expression that may be drawn. */
export interface Drawable {
  /** A direction, or a group of them. */
  readonly name: string;
  /** How often it comes up beside the others. */
  readonly weight: number;
}

/** Of one side alone: a wink is rarer than a blink. */
const alone = 0.3;
/** Of the draws that mix two expressions. */
const mixed = 0.5;
const least = 0.4;

/**
 * The expressions of a base with how often each is drawn: by the square root of how far it moves the face, so that the
 * jaw and the mouth come up more often than the eyes, and no expression never.
 * @param sizeOf how far a direction moves the face; 0: not known
 */
export function drawables(set: Directions, sizeOf: (name: string) => number): Drawable[] {
  const members = new Set([...set.groups.values()].flatMap((group) => [...group.keys()]));
  const names = [...new Set([...set.groups.keys(), ...set.byName.keys()])];
  const found = names.flatMap((name) => {
    const parts = [...resolveAmounts(set, { [name]: 1 }).keys()];
    if (!parts.every((part) => set.byName.get(part)!.kind === 'expression')) return [];
    return [{ name, size: Math.hypot(...parts.map(sizeOf)), share: members.has(name) ? alone : 1 }];
  });
  const largest = Math.max(...found.map(({ size }) => size), 0);
  return found.map(({ name, size, share }) => ({
    name,
    weight: share * (largest > 0 ? Math.sqrt(Math.max(0.05, size / largest)) : 1),
  }));
}

function drawOne(all: readonly Drawable[], random: Random): string {
  let left = random.uniform() * all.reduce((sum, { weight }) => sum + weight, 0);
  for (const { name, weight } of all) {
    left -= weight;
    if (left <= 0) return name;
  }
  return all.at(-1)!.name;
}

/** One expression at 0.4 to 1, half of the time with some of a second one. */
export function drawExpression(all: readonly Drawable[], random: Random): Amounts {
  const amounts: Record<string, number> = { [drawOne(all, random)]: least + (1 - least) * random.uniform() };
  if (random.uniform() < mixed) {
    const second = drawOne(all, random);
    amounts[second] ??= least * random.uniform();
  }
  return amounts;
}
