import type { Scene } from '@babylonjs/core/scene.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { HeadGizmos } from './gizmos.js';
import { SlidersPanel } from './slidersPanel.js';
import type { Timeline } from './timeline.js';
import { TimelineBar } from './timelineBar.js';
import { createToolbar, type ToolActions } from './toolbar.js';

/** All that edits a scene and is no part of it: sliders, timeline, gizmos, and buttons for files, in the page over the scene. */
export class Desk {
  private readonly _gizmos: HeadGizmos;
  private readonly _sliders = new SlidersPanel();
  private readonly _bar = new TimelineBar();

  constructor(scene: Scene, actions: ToolActions) {
    this._gizmos = new HeadGizmos(scene);
    const element = document.createElement('div');
    element.id = 'desk';
    element.append(createToolbar(actions, this._gizmos), this._sliders.element, this._bar.element);
    document.body.append(element);
    // The Inspector takes room beside the picture.
    const canvas = scene.getEngine().getRenderingCanvas()!;
    const place = (): void => {
      const { left, right } = canvas.getBoundingClientRect();
      element.style.setProperty('--scene-left', `${left}px`);
      element.style.setProperty('--scene-right', `${innerWidth - right}px`);
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(canvas);
    scene.onBeforeRenderObservable.add(() => {
      this._sliders.refresh();
      this._bar.refresh();
    });
    scene.onDisposeObservable.addOnce(() => {
      observer.disconnect();
      element.remove();
    });
  }

  show(head: PersonalizedHeadMesh, timeline: Timeline): void {
    this._gizmos.show(head);
    this._sliders.show(head);
    this._bar.show(timeline);
  }
}
