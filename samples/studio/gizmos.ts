import '@babylonjs/core/Culling/ray.js';
import { GizmoManager } from '@babylonjs/core/Gizmos/gizmoManager.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';

/** What is dragged: the whole head's place, the way it stands, or how it is turned about its neck. */
export const gizmoModes = ['move', 'rotate', 'pose'] as const;
export type GizmoMode = (typeof gizmoModes)[number];

/** Babylon's own gizmos: arrows and rings on the head's mesh, rings on its pose node. */
export class HeadGizmos {
  private readonly _manager: GizmoManager;
  private _mode: GizmoMode | null = null;
  private _head: PersonalizedHeadMesh | null = null;

  constructor(scene: Scene) {
    this._manager = new GizmoManager(scene, 1.5);
    this._manager.usePointerToAttachGizmos = false;
    this._manager.scaleRatio = 0.7;
    // Gizmos have a scene of their own.
    scene.onDisposeObservable.add(() => this._manager.dispose());
  }

  /** null: none. */
  get mode(): GizmoMode | null {
    return this._mode;
  }
  set mode(mode: GizmoMode | null) {
    this._mode = mode;
    this._attach();
  }

  show(head: PersonalizedHeadMesh): void {
    this._head = head;
    this._attach();
  }

  private _attach(): void {
    const { _mode: mode, _head: head, _manager: manager } = this;
    manager.attachToNode(null);
    manager.positionGizmoEnabled = mode === 'move';
    manager.rotationGizmoEnabled = mode === 'rotate' || mode === 'pose';
    if (mode && head) manager.attachToNode(mode === 'pose' ? head.poseNode : head);
  }
}
