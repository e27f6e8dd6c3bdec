import type { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import { Container } from '@babylonjs/gui/2D/controls/container.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import { Slider } from '@babylonjs/gui/2D/controls/sliders/slider.js';
import { StackPanel } from '@babylonjs/gui/2D/controls/stackPanel.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { controlsOf, type HeadControl } from './controls.js';
import { colors, createPlate, createText, margin } from './guiParts.js';

const widths = { label: 62, slider: 96, number: 40, padding: 14 } as const;
const inner = widths.label + widths.slider + widths.number;

/** Sliders that set a head, and follow it where something else moves it. */
export class SlidersPanel {
  private readonly _plate = createPlate('sliders');
  private _refreshes: (() => void)[] = [];

  constructor(texture: AdvancedDynamicTexture) {
    this._plate.widthInPixels = inner + 2 * widths.padding;
    this._plate.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_RIGHT;
    this._plate.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
    this._plate.leftInPixels = -margin;
    this._plate.topInPixels = margin;
    this._plate.adaptHeightToChildren = true;
    texture.addControl(this._plate);
  }

  show(head: PersonalizedHeadMesh): void {
    for (const child of [...this._plate.children]) child.dispose();
    const stack = new StackPanel();
    stack.widthInPixels = inner;
    stack.setPaddingInPixels(10, 0, 12, 0);
    const title = createText(head.name, inner);
    title.heightInPixels = 28;
    title.fontSize = 15;
    stack.addControl(title);
    this._refreshes = controlsOf(head).map((control) => {
      const { line, refresh } = createLine(head, control);
      stack.addControl(line);
      return refresh;
    });
    this._plate.addControl(stack);
  }

  refresh(): void {
    for (const refresh of this._refreshes) refresh();
  }
}

function createSlider({ label, from, to, step }: HeadControl): Slider {
  const slider = new Slider(label);
  slider.minimum = from;
  slider.maximum = to;
  slider.step = step;
  slider.widthInPixels = widths.slider;
  slider.heightInPixels = 18;
  slider.leftInPixels = widths.label;
  slider.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
  slider.barOffset = '7px';
  slider.thumbWidth = '13px';
  slider.isThumbCircle = true;
  slider.color = colors.accent;
  slider.background = colors.line;
  slider.borderColor = '#00000000';
  slider.thumbColor = colors.text;
  return slider;
}

function createLine(head: PersonalizedHeadMesh, control: HeadControl): { line: Container; refresh: () => void } {
  const line = new Container();
  line.heightInPixels = 26;
  const label = createText(control.label, widths.label);
  label.color = colors.quiet;
  const number = createText('', widths.number, Control.HORIZONTAL_ALIGNMENT_RIGHT);
  const slider = createSlider(control);
  let following = false;
  const refresh = (): void => {
    const value = control.get(head);
    const text = control.write(value);
    if (number.text !== text) number.text = text;
    if (slider.value === value) return;
    following = true;
    slider.value = value;
    following = false;
  };
  refresh();
  slider.onValueChangedObservable.add((value) => {
    if (!following) control.set(head, value);
  });
  for (const part of [label, slider, number]) line.addControl(part);
  return { line, refresh };
}
