import { createButton, createPanel } from './htmlParts.js';
import { Ruler } from './ruler.js';
import { lastFrame, type Timeline } from './timeline.js';

/** Play, add and remove keys, a ruler to scrub on, and the frame. */
export class TimelineBar {
  readonly element = createPanel('timeline', 'Timeline');
  private readonly _play: HTMLButtonElement;
  private readonly _counter = document.createElement('output');
  private readonly _ruler = new Ruler((frame) => this._timeline?.goTo(frame));
  private _timeline: Timeline | null = null;
  private _shown = '';

  constructor() {
    const act = (action: (timeline: Timeline) => void) => () => this._timeline && action(this._timeline);
    const toggle = act((timeline) => (timeline.playing ? timeline.pause() : timeline.play()));
    this._play = createButton('play', '▶', 'Play', toggle);
    const add = act((timeline) => timeline.addKey());
    const remove = act((timeline) => timeline.removeKey());
    this.element.append(
      this._play,
      createButton('add key', '+ key', 'Keep the face of now at this frame', add),
      createButton('remove key', '− key', 'Forget the key of this frame', remove),
      this._ruler.element,
      this._counter,
    );
  }

  show(timeline: Timeline): void {
    this._timeline = timeline;
    this.refresh();
  }

  refresh(): void {
    if (!this._timeline) return;
    const { frame, frames, playing } = this._timeline;
    this._ruler.show(frame, frames);
    const text = `${Math.round(frame)} / ${lastFrame}`;
    if (this._shown === `${text} ${playing}`) return;
    this._shown = `${text} ${playing}`;
    this._counter.textContent = text;
    this._play.textContent = playing ? '❚❚' : '▶';
    this._play.setAttribute('aria-label', playing ? 'Pause' : 'Play');
  }
}
