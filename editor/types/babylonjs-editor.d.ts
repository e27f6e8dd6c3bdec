/**
 * What is used of the Babylon.js Editor, which publishes no declarations. Whatever may be missing in one of its versions is
 * optional, and is looked for before it is used.
 */
declare module 'babylonjs-editor' {
  import type { Node } from '@babylonjs/core/node.js';
  import type { Observable } from '@babylonjs/core/Misc/observable.pure.js';
  import type { Scene } from '@babylonjs/core/scene.pure.js';
  import type { ReactElement } from 'react';

  export interface LayoutTab {
    readonly id: string;
    readonly title: string;
    readonly neighborId: 'inspector' | 'assets-browser';
    readonly enableClose: boolean;
    readonly setAsActiveTab: boolean;
  }

  export interface Editor {
    readonly state: { readonly projectPath: string | null };
    readonly layout: {
      readonly preview?: {
        readonly scene?: Scene;
        readonly canvas?: HTMLCanvasElement | null;
        readonly gizmo?: { setAttachedObject?(object: unknown): void };
      };
      readonly graph: { refresh(): Promise<void> | void; setSelectedNode?(node: Node): void };
      readonly inspector: { setEditedObject?(object: unknown): void; forceUpdate?(): void };
      readonly console: { log(message: string): void; warn(message: string): void; error(message: string): void };
      readonly animations?: {
        setEditedObject?(object: unknown): void;
        readonly timelines?: { readonly state?: { readonly currentTime?: number } };
      };
      addLayoutTab(content: ReactElement, tab: LayoutTab): void;
      removeLayoutTab(id: string): void;
    };
  }

  export interface UndoRedo {
    readonly undo: () => void;
    readonly redo: () => void;
    /** Called after both. */
    readonly action?: () => void;
    /** The step has fallen out of the history. */
    readonly onLost?: () => void;
  }

  export const registerUndoRedo: (step: UndoRedo) => void;
  export const onProjectSavedObservable: Observable<void> | undefined;
  export const onUndoObservable: Observable<void> | undefined;
  export const onRedoObservable: Observable<void> | undefined;
  /** Its `_inspectors` is private, and the only way to add a section. */
  export const EditorInspector: object | undefined;
}
