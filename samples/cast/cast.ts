import { PointerEventTypes } from '@babylonjs/core/Events/pointerEvents.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { EMOTIONS, type Emotion } from '../../plugin/index.js';
import { createPanel, type Panel } from './panel.js';
import type { Person } from './people.js';
import { lines } from './speech.js';

/** Seconds between one line and the next. */
const pause = 1.2;

/** Directs the people: they look at the visitor, speak in turn or when clicked, and share a mood. */
export class Cast {
  private readonly _panel: Panel | null;
  private _wait = pause;
  private _next = 0;

  constructor(
    private readonly _scene: Scene,
    readonly people: readonly Person[],
    { gui }: { readonly gui: boolean },
  ) {
    this.look(true);
    this._panel = gui ? createPanel(this._actions()) : null;
    people.forEach(({ speech }) => speech.onEndObservable.add(() => !this.speaking && this._panel?.caption('')));
    _scene.onPointerObservable.add(({ pickInfo }) => {
      const clicked = people.findIndex(({ head }) => head === pickInfo?.pickedMesh);
      if (clicked >= 0) this.speak(clicked);
    }, PointerEventTypes.POINTERTAP);
  }

  /** Is somebody speaking? */
  get speaking(): boolean {
    return this.people.some(({ speech }) => speech.isSpeaking);
  }

  /** Has one say the line that is theirs; whoever speaks falls silent. */
  speak(index: number): void {
    const line = lines[index % lines.length]!;
    for (const { speech } of this.people) speech.stop();
    this.people[index]?.say(line);
    this._panel?.caption(line);
    this._wait = pause;
    this._next = (index + 1) % this.people.length;
  }

  /** Has everybody say their line at once. */
  speakTogether(): void {
    this.people.forEach((person, index) => person.say(lines[index % lines.length]!));
    this._panel?.caption('Everybody talks at once.');
    this._wait = pause;
  }

  /** Has all look at the visitor, or before them. */
  look(atVisitor: boolean): void {
    for (const { look } of this.people) look.target = atVisitor ? this._scene.activeCamera : null;
  }

  feel(emotion: Emotion | null): void {
    for (const { mood } of this.people) mood.emotion = emotion;
  }

  /** Lets the next one speak when it is time. */
  advance(seconds: number): void {
    if (this.speaking) return;
    this._wait -= seconds;
    if (this._wait <= 0) this.speak(this._next);
  }

  private _actions(): Record<string, () => void> {
    let watching = true;
    return {
      ...Object.fromEntries(EMOTIONS.map((emotion) => [emotion, () => this.feel(emotion)])),
      neutral: () => this.feel(null),
      'all at once': () => this.speakTogether(),
      gaze: () => {
        watching = !watching;
        this.look(watching);
      },
    };
  }
}
