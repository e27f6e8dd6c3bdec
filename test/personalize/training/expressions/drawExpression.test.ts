import { expect, test } from '@jest/globals';
import { drawables, drawExpression } from '../../../../personalize/training/expressions/drawExpression.js';
import { Random } from '../../../../personalize/training/random.js';
import type { Direction, Directions } from '../../../../runtime/latent/directions.js';

function directionsOf(names: readonly string[], groups: Readonly<Record<string, readonly string[]>> = {}): Directions {
  const direction = (name: string): Direction => ({
    ...{ name, kind: name === 'beard' ? 'attribute' : 'expression', range: [0, 1], vector: new Float32Array(1) },
  });
  return {
    base: '',
    directions: new Map(names.map((name) => [name, direction(name)])),
    groups: new Map(
      Object.entries(groups).map(([name, members]) => [name, new Map(members.map((member) => [member, 1]))]),
    ),
    neutral: new Map(),
  };
}

/** How often each name is the strongest of a draw, of 1. */
function shares(set: Directions, sizeOf: (name: string) => number): Map<string, number> {
  const all = drawables(set, sizeOf);
  const [random, draws] = [new Random('draws'), 4000];
  const found = new Map<string, number>();
  const [strongest, sizes] = [[] as number[], [] as number[]];
  for (let i = 0; i < draws; i++) {
    const amounts = Object.entries(drawExpression(all, random)).sort(([, a], [, b]) => b - a);
    const [name, amount] = amounts[0]!;
    sizes.push(amounts.length);
    strongest.push(amount);
    found.set(name, (found.get(name) ?? 0) + 1 / draws);
  }
  expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([1, 2]);
  expect(Math.min(...strongest)).toBeGreaterThanOrEqual(0.4);
  expect(Math.max(...strongest)).toBeLessThanOrEqual(1);
  return found;
}

test('main expressions begin six draws of ten, each as often, however little they move', () => {
  const names = ['jawOpen', 'eyeBlinkLeft', 'eyeBlinkRight', 'cheekPuff', 'beard'];
  const set = directionsOf(names, { blink: ['eyeBlinkLeft', 'eyeBlinkRight'] });
  const found = shares(set, (name) => (name === 'jawOpen' || name === 'cheekPuff' ? 1 : 0.05));
  // Weights of the other four tenths: 1, 1, sqrt(hypot(.05, .05)) and twice .3 sqrt(.05).
  const [blink, alone] = [Math.sqrt(Math.hypot(0.05, 0.05)), 0.3 * Math.sqrt(0.05)];
  const total = 2 + blink + 2 * alone;
  expect(found.get('jawOpen')).toBeCloseTo(0.3 + 0.4 / total, 1);
  expect(found.get('blink')).toBeCloseTo(0.3 + (0.4 * blink) / total, 1);
  expect(found.get('cheekPuff')).toBeCloseTo(0.4 / total, 1);
  expect(found.has('beard')).toBe(false);
});

test('a base without them draws by size', () => {
  const found = shares(directionsOf(['wide', 'narrow']), (name) => (name === 'wide' ? 1 : 0.25));
  expect(found.get('wide')).toBeCloseTo(2 / 3, 1);
});
