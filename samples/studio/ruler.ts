import { createRange } from './htmlParts.js';
import { lastFrame } from './timeline.js';

/** Frames from left to right: numbers, markers of keys, the playhead. Pointers and arrow keys move the playhead. */
export class Ruler {
  readonly element = document.createElement('div');
  private readonly _playhead = createRange({ name: 'frame', label: 'Frame', from: 0, to: lastFrame, step: 1 });
  private readonly _keys = document.createElement('div');
  private _frames = '';

  constructor(onScrub: (frame: number) => void) {
    this.element.id = 'ruler';
    this._keys.className = 'keys';
    const numbers = document.createElement('div');
    numbers.className = 'numbers';
    for (let frame = 0; frame <= lastFrame; frame += 15) numbers.append(at(frame, String(frame)));
    // A click on the frame of now is no input, but shows what is keyed there.
    this._playhead.oninput = this._playhead.onclick = () => onScrub(this._playhead.valueAsNumber);
    this.element.append(this._keys, this._playhead, numbers);
  }

  /** @param frames those that have keys */
  show(frame: number, frames: readonly number[]): void {
    const whole = String(Math.round(frame));
    if (this._playhead.value !== whole) this._playhead.value = whole;
    if (this._frames === frames.join()) return;
    this._frames = frames.join();
    this._keys.replaceChildren(...frames.map((key) => at(key, '')));
    this._playhead.setAttribute('aria-description', `Keys at frames ${frames.join(', ')}`);
  }
}

/** Something at a frame; the style says how far in the first and the last are. */
function at(frame: number, text: string): HTMLElement {
  const mark = document.createElement('span');
  mark.textContent = text;
  mark.dataset.frame = String(frame);
  mark.style.setProperty('--share', String(frame / lastFrame));
  return mark;
}
