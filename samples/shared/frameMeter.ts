import type { Scene } from '@babylonjs/core/scene.js';
import { PersonalizedHead, type PersonalizedHeadMesh } from '../../plugin/index.js';

/** Milliseconds between two readings. */
const period = 500;

/** What a page's frames took since the last reading. */
interface FrameReading {
  readonly framesPerSecond: number;
  /** The longest frame, milliseconds. */
  readonly longest: number;
  /** Time that the page's thread spent in the scene, a frame, milliseconds. */
  readonly thread: number;
}

/** Adds up frames. */
class FrameCount {
  private _begin: number | null = null;
  private _last = 0;
  private _frames = 0;
  private _longest = 0;
  private _thread = 0;

  /**
   * @param now milliseconds, when the frame begins
   * @param thread that the frame before it took of the page's thread
   * @returns a reading where it is time for one
   */
  add(now: number, thread: number): FrameReading | null {
    if (this._begin === null) {
      this._begin = this._last = now;
      return null;
    }
    this._frames++;
    this._longest = Math.max(this._longest, now - this._last);
    this._thread += thread;
    this._last = now;
    const passed = now - this._begin;
    if (passed < period) return null;
    const reading = {
      framesPerSecond: (1000 * this._frames) / passed,
      longest: this._longest,
      thread: this._thread / this._frames,
    };
    this._begin = now;
    this._frames = this._longest = this._thread = 0;
    return reading;
  }
}

/** `2 × 128³, 1 × 64³, 3 × mesh`: what heads are drawn from, by how large they are. */
export function levelsLine(heads: readonly PersonalizedHeadMesh[]): string {
  const levels = new Map<string, number>();
  for (const head of heads) {
    const image = PersonalizedHead.Of(head)?.image;
    const level = image?.showsImage ? `${image.level}³` : 'mesh';
    levels.set(level, (levels.get(level) ?? 0) + 1);
  }
  return [...levels].map(([level, count]) => `${count} × ${level}`).join(', ');
}

/** What all take of the graphics memory. */
function memoryLine(heads: readonly PersonalizedHeadMesh[]): string {
  const bytes = heads.reduce((sum, head) => sum + (PersonalizedHead.Of(head)?.image?.gpuBytes ?? 0), 0);
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** Shows what a scene's frames take, in a corner of the page. */
export function showFrameMeter(scene: Scene, heads: readonly PersonalizedHeadMesh[]): HTMLElement {
  const line = document.createElement('p');
  line.id = 'frames';
  line.className = 'panel quiet';
  line.title = 'Frames a second, the longest of them, and the page’s thread; volumes of the heads and their memory';
  document.body.append(line);
  const count = new FrameCount();
  let [begun, thread] = [0, 0];
  scene.onBeforeRenderObservable.add(() => {
    begun = performance.now();
    const reading = count.add(begun, thread);
    if (!reading) return;
    const { framesPerSecond, longest, thread: busy } = reading;
    line.textContent =
      `${framesPerSecond.toFixed(0)} frames a second, longest ${longest.toFixed(0)} ms, ` +
      `thread ${busy.toFixed(1)} ms; ${levelsLine(heads)}; ${memoryLine(heads)}`;
  });
  scene.onAfterRenderObservable.add(() => (thread = performance.now() - begun));
  return line;
}
