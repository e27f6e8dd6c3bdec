import type { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import type { Button } from '@babylonjs/gui/2D/controls/button.js';
import { Container } from '@babylonjs/gui/2D/controls/container.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import type { TextBlock } from '@babylonjs/gui/2D/controls/textBlock.js';
import { colors, createButton, createPlate, createText, margin } from './guiParts.js';
import { Ruler } from './ruler.js';
import { lastFrame, type Timeline } from './timeline.js';

const padding = 12;
const gap = 6;
const counterWidth = 56;

/** Play, add and remove keys, a ruler to scrub on, and the frame. */
export class TimelineBar {
  private readonly _play: Button;
  private readonly _counter: TextBlock;
  private readonly _ruler: Ruler;
  private _timeline: Timeline | null = null;

  constructor(texture: AdvancedDynamicTexture) {
    const plate = createPlate('timeline');
    plate.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
    plate.setPaddingInPixels(0, margin, margin, margin);
    plate.heightInPixels = 58 + margin;
    texture.addControl(plate);
    const act = (action: (timeline: Timeline) => void) => () => this._timeline && action(this._timeline);
    const toggle = act((timeline) => (timeline.playing ? timeline.pause() : timeline.play()));
    this._play = createButton('play', '▶', 38, toggle);
    const add = createButton(
      'add key',
      '+ key',
      54,
      act((timeline) => timeline.addKey()),
    );
    const remove = createButton(
      'remove key',
      '− key',
      54,
      act((timeline) => timeline.removeKey()),
    );
    let left = padding;
    for (const button of [this._play, add, remove]) {
      button.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
      button.leftInPixels = left;
      left += button.widthInPixels + gap;
      plate.addControl(button);
    }
    this._counter = createText('', counterWidth, Control.HORIZONTAL_ALIGNMENT_RIGHT);
    this._counter.leftInPixels = -padding;
    this._counter.color = colors.quiet;
    plate.addControl(this._counter);
    this._ruler = new Ruler((frame) => this._timeline?.goTo(frame));
    const slot = new Container('ruler slot');
    slot.setPaddingInPixels(0, padding + counterWidth, 0, left);
    slot.addControl(this._ruler.container);
    plate.addControl(slot);
  }

  show(timeline: Timeline): void {
    this._timeline = timeline;
    this.refresh();
  }

  refresh(): void {
    if (!this._timeline) return;
    const { frame, frames, playing } = this._timeline;
    this._ruler.show(frame, frames);
    // Controls notice changes only, and so does the texture that they are drawn into.
    this._play.textBlock!.text = playing ? '❚❚' : '▶';
    this._counter.text = `${Math.round(frame)} / ${lastFrame}`;
  }
}
