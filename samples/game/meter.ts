import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { levelsLine } from '../shared/frameMeter.js';

/** Milliseconds of a frame at sixty a second, and how often the meter is written. */
const [budget, interval] = [1000 / 60, 500];

/** Frames a second, what the script takes of a sixtieth of a second, and the heads' levels of distance. */
export class Meter {
  private _frames = 0;
  private _script = 0;
  private _longest = 0;
  private _begun = 0;
  private _since = performance.now();

  constructor(
    private readonly _engine: AbstractEngine,
    private readonly _heads: () => readonly PersonalizedHeadMesh[],
  ) {}

  begin(): void {
    this._begun = performance.now();
  }

  /** The frame's script is through. */
  end(): void {
    const now = performance.now();
    const script = now - this._begun;
    this._frames++;
    this._script += script;
    this._longest = Math.max(this._longest, script);
    if (now - this._since < interval) return;
    const mean = this._script / this._frames;
    const text =
      `${Math.round(this._engine.getFps())} frames a second; script ${mean.toFixed(1)} ms, at most ` +
      `${this._longest.toFixed(1)}, of ${budget.toFixed(1)}. Heads: ${levelsLine(this._heads())}.`;
    document.getElementById('meter')!.textContent = text;
    const bar = document.getElementById('budget')!;
    bar.classList.toggle('over', this._longest > budget);
    (bar.firstElementChild as HTMLElement).style.width = `${Math.min(100, (100 * mean) / budget)}%`;
    [this._frames, this._script, this._longest, this._since] = [0, 0, 0, now];
  }
}
