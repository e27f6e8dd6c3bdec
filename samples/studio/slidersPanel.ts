import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { controlsOf, type HeadControl } from './controls.js';
import { createPanel, createRange } from './htmlParts.js';

/** Sliders that set a head, and follow it where something else moves it. */
export class SlidersPanel {
  readonly element = createPanel('sliders', 'Head');
  private _refreshes: (() => void)[] = [];

  show(head: PersonalizedHeadMesh): void {
    const title = document.createElement('h2');
    title.textContent = head.name;
    const lines = document.createElement('div');
    lines.className = 'lines';
    this._refreshes = controlsOf(head).map((control) => {
      const { line, refresh } = createLine(head, control);
      lines.append(line);
      return refresh;
    });
    this.element.replaceChildren(title, lines);
  }

  refresh(): void {
    for (const refresh of this._refreshes) refresh();
  }
}

function createLine(head: PersonalizedHeadMesh, control: HeadControl): { line: HTMLElement; refresh: () => void } {
  const { label, hint } = control;
  const line = document.createElement('label');
  line.title = hint;
  const words = document.createElement('span');
  words.textContent = label;
  const slider = createRange({ ...control, name: label });
  const number = document.createElement('output');
  let shown = NaN;
  const refresh = (): void => {
    const value = control.get(head);
    if (value === shown) return;
    shown = value;
    slider.valueAsNumber = value;
    number.textContent = control.write(value);
  };
  refresh();
  slider.oninput = () => control.set(head, slider.valueAsNumber);
  line.append(words, slider, number);
  return { line, refresh };
}
