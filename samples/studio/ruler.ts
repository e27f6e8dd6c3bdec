import { Container } from '@babylonjs/gui/2D/controls/container.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import type { Rectangle } from '@babylonjs/gui/2D/controls/rectangle.js';
import { colors, createBlock, createText } from './guiParts.js';
import { lastFrame } from './timeline.js';

/** What is left free at both ends, so that nothing there is cut, pixels. */
const inset = 14;
const markerSize = 10;

/** Frames from left to right: numbers, markers of keys, the playhead. Pointers move the playhead. */
export class Ruler {
  readonly container = new Container('ruler');
  private readonly _playhead = createBlock('playhead', 2, 30, colors.text);
  private _placed: { readonly frame: number; readonly part: Control; readonly width: number }[] = [];
  private _markers: Rectangle[] = [];
  private _frames = '';

  constructor(private readonly _onScrub: (frame: number) => void) {
    const { container } = this;
    container.isPointerBlocker = true;
    const line = createBlock('line', 1, 2, colors.line);
    line.width = 1;
    line.topInPixels = -6;
    line.setPaddingInPixels(0, inset, 0, inset);
    container.addControl(line);
    for (let frame = 0; frame <= lastFrame; frame += 15) this._tick(frame);
    this._playhead.topInPixels = -6;
    this._playhead.zIndex = 1;
    container.addControl(this._playhead);
    this._listen();
  }

  /** @param frames those that have keys */
  show(frame: number, frames: readonly number[]): void {
    if (this._frames !== frames.join()) {
      this._frames = frames.join();
      for (const marker of this._markers) marker.dispose();
      this._markers = frames.map((at) => this._marker(at));
    }
    const parts = [...this._placed, { frame, part: this._playhead, width: 2 }];
    frames.forEach((at, i) => parts.push({ frame: at, part: this._markers[i]!, width: markerSize }));
    for (const { frame: at, part, width } of parts) {
      part.leftInPixels = Math.round(inset + (at / lastFrame) * this._length - width / 2);
    }
  }

  /** Pixels from the first to the last frame. */
  private get _length(): number {
    return Math.max(1, this.container.widthInPixels - 2 * inset);
  }

  private _tick(frame: number): void {
    const tick = createBlock(`tick ${frame}`, 1, 7, colors.line);
    tick.topInPixels = -6;
    const number = createText(String(frame), 24, Control.HORIZONTAL_ALIGNMENT_LEFT);
    number.textHorizontalAlignment = Control.HORIZONTAL_ALIGNMENT_CENTER;
    number.color = colors.quiet;
    number.fontSize = 10;
    number.topInPixels = 16;
    number.heightInPixels = 14;
    for (const [part, width] of [[tick, 1] as const, [number, 24] as const]) {
      this.container.addControl(part);
      this._placed.push({ frame, part, width });
    }
  }

  private _marker(frame: number): Rectangle {
    const marker = createBlock(`key ${frame}`, markerSize, markerSize, colors.accent);
    marker.rotation = Math.PI / 4;
    marker.topInPixels = -6;
    this.container.addControl(marker);
    return marker;
  }

  private _listen(): void {
    const { container } = this;
    let scrubbing = false;
    const scrub = (x: number): void => {
      const share = (x - container.centerX) / this._length + 0.5;
      this._onScrub(share * lastFrame);
    };
    container.onPointerDownObservable.add(({ x }) => {
      scrubbing = true;
      scrub(x);
    });
    container.onPointerMoveObservable.add(({ x }) => scrubbing && scrub(x));
    container.onPointerUpObservable.add(() => (scrubbing = false));
  }
}
