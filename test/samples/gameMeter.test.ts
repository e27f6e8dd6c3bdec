import { Window } from 'happy-dom';
import { afterEach, expect, jest, test } from '@jest/globals';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { Meter } from '../../samples/game/meter.js';

const { document } = new Window();
document.body.innerHTML = '<div id="budget"><div></div></div><p id="meter"></p>';
let now = 0;

/** Frames that begin 50 ms after one another, with scripts of so many milliseconds. */
function pass(meter: Meter, scripts: readonly number[]): void {
  for (const script of scripts) {
    meter.begin();
    now += script;
    meter.end();
    now += 50 - script;
  }
}

afterEach(() => {
  jest.restoreAllMocks();
});

test('the game’s meter tells frames, the script beside a sixtieth of a second, and what heads are drawn from', () => {
  Object.assign(globalThis, { document });
  now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const engine = new NullEngine();
  engine.getFps = () => 19.6;
  // Nobody made heads of them, so there is no image.
  const heads = [1, 2].map(() => new Mesh('plain', new Scene(engine)) as PersonalizedHeadMesh);
  const meter = new Meter(engine, () => heads);
  const [line, bar] = [document.getElementById('meter')!, document.getElementById('budget')!];

  pass(meter, Array<number>(10).fill(5));
  expect(line.textContent).toBe('');
  pass(meter, [5, 5]);
  expect(line.textContent).toBe('20 frames a second; script 5.0 ms, at most 5.0, of 16.7. Heads: 2 × mesh.');
  expect(bar.classList.contains('over')).toBe(false);
  expect(parseFloat((bar.firstElementChild as unknown as HTMLElement).style.width)).toBeCloseTo(30);

  // One frame above the budget shows, though the mean is within.
  pass(meter, [20, ...Array<number>(10).fill(5)]);
  expect(line.textContent).toMatch(/at most 20\.0, of 16\.7/);
  expect(bar.classList.contains('over')).toBe(true);
});
