import { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { HeadGizmos } from './gizmos.js';
import { SlidersPanel } from './slidersPanel.js';
import type { Timeline } from './timeline.js';
import { TimelineBar } from './timelineBar.js';
import { createToolbar, type ToolActions } from './toolbar.js';

/** All that edits a scene and is no part of it: sliders, timeline, gizmos, and buttons for files. */
export class Desk {
  private readonly _gizmos: HeadGizmos;
  private readonly _sliders: SlidersPanel;
  private readonly _bar: TimelineBar;

  constructor(scene: Scene, actions: ToolActions) {
    const texture = AdvancedDynamicTexture.CreateFullscreenUI('desk', true, scene);
    this._gizmos = new HeadGizmos(scene);
    createToolbar(texture, actions, this._gizmos);
    this._sliders = new SlidersPanel(texture);
    this._bar = new TimelineBar(texture);
    scene.onBeforeRenderObservable.add(() => {
      this._sliders.refresh();
      this._bar.refresh();
    });
  }

  show(head: PersonalizedHeadMesh, timeline: Timeline): void {
    this._gizmos.show(head);
    this._sliders.show(head);
    this._bar.show(timeline);
  }
}
