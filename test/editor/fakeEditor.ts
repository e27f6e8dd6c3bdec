// Stands for the package babylonjs-editor: what the plugin uses of it, with a history that can be looked at.
import { Observable } from '@babylonjs/core/Misc/observable.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { act, createElement, type ComponentType, type ReactElement } from 'react';
import type { Root } from 'react-dom/client';
import type { Editor, LayoutTab, UndoRedo } from 'babylonjs-editor';

export const onProjectSavedObservable = new Observable<void>();
export const onUndoObservable = new Observable<void>();
export const onRedoObservable = new Observable<void>();

type Inspector = ComponentType<{ editor: Editor; object: unknown }> & {
  IsSupported(this: void, object: unknown): boolean;
};
export const inspectors: Inspector[] = [];
/** Its list is private, as the Editor's. */
export const EditorInspector = { _inspectors: inspectors };

const stack: UndoRedo[] = [];
let done = 0;
export function registerUndoRedo(step: UndoRedo): void {
  for (const lost of stack.splice(done)) lost.onLost?.();
  stack.push(step);
  done = stack.length;
}
export const history = {
  get size(): number {
    return stack.length;
  },
  undo(): void {
    const step = stack[--done]!;
    act(() => {
      step.undo();
      step.action?.();
      onUndoObservable.notifyObservers();
    });
  },
  redo(): void {
    const step = stack[done++]!;
    act(() => {
      step.redo();
      step.action?.();
      onRedoObservable.notifyObservers();
    });
  },
  clear(): void {
    for (const lost of stack.splice(0)) lost.onLost?.();
    done = 0;
  },
};

/** An editor with a page: its tabs and inspectors are rendered by the real React. */
export class FakeEditor implements Editor {
  readonly state = { projectPath: null as string | null };
  readonly said: string[] = [];
  readonly tabs = new Map<string, { tab: LayoutTab; root: Root; place: HTMLElement }>();
  readonly canvas = document.body.appendChild(document.createElement('canvas'));
  selected: unknown = null;
  frame = 0;
  scene: Scene | undefined;
  private readonly _inspected: { root: Root; place: HTMLElement }[] = [];
  readonly layout;

  constructor(private readonly _createRoot: (place: HTMLElement) => Root) {
    const { canvas } = this;
    // Arrow functions, since `layout` is another object.
    const scene = (): Scene | undefined => this.scene;
    const frame = (): number => this.frame;
    const say =
      (kind: string) =>
      (message: string): void =>
        void this.said.push(`${kind}: ${message}`);
    this.layout = {
      preview: {
        get scene() {
          return scene()!;
        },
        canvas,
        gizmo: { setAttachedObject: () => undefined },
      },
      graph: { refresh: () => Promise.resolve(), setSelectedNode: (node: unknown) => void (this.selected = node) },
      inspector: { setEditedObject: (object: unknown) => this.inspect(object) },
      console: { log: say('log'), warn: say('warn'), error: say('error') },
      animations: {
        setEditedObject: () => undefined,
        timelines: {
          get state() {
            return { currentTime: frame() };
          },
        },
      },
      addLayoutTab: (content: ReactElement, tab: LayoutTab) => {
        this.tabs.set(tab.id, { tab, ...this._render(content) });
      },
      removeLayoutTab: (id: string) => {
        const { root, place } = this.tabs.get(id)!;
        act(() => root.unmount());
        place.remove();
        this.tabs.delete(id);
      },
    };
  }

  /** All inspectors of an object, one below the other, made anew as the Editor does at each selection. */
  inspect(object: unknown): void {
    for (const { root, place } of this._inspected.splice(0)) {
      act(() => root.unmount());
      place.remove();
    }
    for (const Inspector of inspectors.filter(({ IsSupported }) => IsSupported(object))) {
      this._inspected.push(this._render(createElement(Inspector, { editor: this, object })));
    }
  }

  get inspector(): HTMLElement | undefined {
    return this._inspected[0]?.place;
  }

  private _render(content: ReactElement): { root: Root; place: HTMLElement } {
    const place = document.body.appendChild(document.createElement('div'));
    const root = this._createRoot(place);
    act(() => root.render(content));
    return { root, place };
  }
}
