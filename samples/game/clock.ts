import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { PrecisionDate } from '@babylonjs/core/Misc/precisionDate.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { HeadScheduler } from '../../plugin/index.js';

/** The time of all that moves on the page, milliseconds. */
export interface Clock {
  readonly now: () => number;
  /** Draws one frame, so many seconds after the last, on a clock that stands still otherwise. */
  step(seconds: number): void;
}

/** Time as it passes. */
export const wallClock: Clock = {
  now: () => performance.now(),
  step: () => {
    throw new Error('Time passes by itself: open the page with ?time=0.');
  },
};

/** Time that passes by steps alone, for clips, behaviours, the networks' turns and packets alike. */
export function steppedClock(engine: AbstractEngine, scene: Scene): Clock {
  let now = 1000;
  let passed = 0;
  // Clips ask it, and Babylon has no other place to say what time it is.
  Object.defineProperty(PrecisionDate, 'Now', { get: () => now });
  engine.getDeltaTime = () => passed;
  HeadScheduler.Of(scene).now = () => now;
  return {
    now: () => now,
    step(seconds) {
      passed = 1000 * seconds;
      now += passed;
      engine.beginFrame();
      scene.render();
      engine.endFrame();
    },
  };
}
