import { PointerEventTypes } from '@babylonjs/core/Events/pointerEvents.js';
import type { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { EnableHeadDrop, type PersonalizedHeadMesh } from '../../plugin/index.js';
import { dress } from './bust.js';
import { Desk } from './desk.js';
import { createHeadsPanel } from './headsPanel.js';
import { InspectorPane } from './inspectorPane.js';
import { castShadow, showAll } from './room.js';
import { headsIn } from './sceneFile.js';
import { Timeline } from './timeline.js';
import type { FileActions } from './toolbar.js';

export interface StudioOptions extends FileActions {
  /** false: nothing but the scene. */
  readonly gui: boolean;
  onError(error: unknown): void;
  /** Files are being opened; then they have been, or `onError` says why not. */
  onOpening(names: readonly string[]): void;
  onOpened(): void;
}

/** Between one person and the next. */
const step = 1.05;

/** Edits the heads of a scene, one at a time: the one that was clicked or came last. */
export class Studio {
  private readonly _desk: Desk | null;
  private readonly _inspector: InspectorPane;
  private readonly _timelines = new Map<PersonalizedHeadMesh, Timeline>();
  private _head!: PersonalizedHeadMesh;

  /** @param scene has a head at least */
  constructor(
    readonly scene: Scene,
    private readonly _options: StudioOptions,
  ) {
    scene.activeCamera?.attachControl(true);
    this._inspector = new InspectorPane(scene, (error) => _options.onError(error));
    const heads = createHeadsPanel(scene, {
      onHead: (head, dropped) => this.welcome(head, dropped ? head.position.clone() : null),
      onError: (error) => _options.onError(error),
    });
    const actions = {
      open: () => _options.open(),
      save: () => _options.save(),
      remove: () => this.remove(),
      inspect: () => this._inspector.toggle(),
      heads: () => void (heads.hidden = !heads.hidden),
    };
    this._desk = _options.gui ? new Desk(scene, actions) : null;
    if (_options.gui) document.body.append(heads);
    for (const head of headsIn(scene)) this._adopt(head);
    this.select(this.heads[0]!);
    EnableHeadDrop(scene, {
      onDrop: (files) => _options.onOpening(files.map(({ name }) => name)),
      onHead: (head) => {
        this.welcome(head);
        _options.onOpened();
      },
      onError: ({ message }, { name }) => _options.onError(message.startsWith(name) ? message : `${name}: ${message}`),
    });
    scene.onPointerObservable.add(({ pickInfo }) => {
      const picked = pickInfo?.pickedMesh;
      const clicked = this.heads.find((head) => picked && (picked === head || picked.isDescendantOf(head)));
      if (clicked) this.select(clicked);
    }, PointerEventTypes.POINTERTAP);
  }

  get heads(): readonly PersonalizedHeadMesh[] {
    return [...this._timelines.keys()];
  }

  /** The one that is edited. */
  get head(): PersonalizedHeadMesh {
    return this._head;
  }

  /** That head's. */
  get timeline(): Timeline {
    return this._timelines.get(this._head)!;
  }

  select(head: PersonalizedHeadMesh): void {
    if (head === this._head) return;
    this._head = head;
    this._desk?.show(head, this.timeline);
    this._inspector.show(head);
  }

  /**
   * One more, edited from now on.
   * @param at where it was dropped: it stands there in the row of heads, unless another does; null: beside the others, by
   *   turns right and left
   */
  welcome(head: PersonalizedHeadMesh, at: Vector3 | null = null): void {
    head.position.set(at && this._isFree(at.x) ? at.x : this._freePlace(), 0, 0);
    this._adopt(head);
    this.select(head);
    showAll(this.scene, this.heads);
  }

  /** Takes the edited head away, with its timeline; the last one stays. */
  remove(): void {
    const gone = this._head;
    const other = this.heads.filter((head) => head !== gone).at(-1);
    if (!other) {
      this._options.onError('This is the only head. Drop or open another one first.');
      return;
    }
    this.select(other);
    this._timelines.get(gone)!.dispose();
    this._timelines.delete(gone);
    gone.dispose();
  }

  /** Ends with its scene. */
  async disposeAsync(): Promise<void> {
    // Babylon's Inspector (9.35) fails where its scene goes first.
    await this._inspector.closeAsync();
    this.scene.dispose();
  }

  private _freePlace(): number {
    for (let i = 0; ; i++) {
      const x = Math.ceil(i / 2) * (i % 2 === 1 ? step : -step);
      if (this._isFree(x)) return x;
    }
  }

  private _isFree(x: number): boolean {
    return this.heads.every(({ position }) => Math.abs(position.x - x) > step / 2);
  }

  private _adopt(head: PersonalizedHeadMesh): void {
    castShadow(head);
    castShadow(dress(head, this._timelines.size));
    head.onErrorObservable.add((error) => this._options.onError(error));
    this._timelines.set(head, new Timeline(head));
  }
}
