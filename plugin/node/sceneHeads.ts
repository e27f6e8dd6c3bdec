import type { Texture } from '@babylonjs/core/Materials/Textures/texture.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { HeadLoadingOptions } from '../loading/loadingOptions.js';
import { SharedCache } from '../loading/sharedCache.js';
import { isPlainHead } from './metadata.js';
import { registry } from '../registry.js';

/** What a scene needs to know of each of its heads. */
export interface SceneHead {
  /** The mesh is in its scene. */
  resume(): void;
  /** The mesh has left its scene. */
  pause(): void;
  dispose(): void;
}

/** The heads of a scene: finds those that come, lets those that are taken out rest, and ends with the scene. */
export class SceneHeads {
  /** Colour textures of the heads' meshes, by proxy. */
  readonly textures = new SharedCache<Texture>((texture) => texture.dispose());
  /** What heads that are found in this scene are loaded with. */
  options: HeadLoadingOptions = {};
  private readonly _heads = new Set<SceneHead>();

  private constructor(
    private readonly _scene: Scene,
    private readonly _attach: (mesh: Mesh) => void,
  ) {
    _scene.onNewMeshAddedObservable.add((mesh) => this._found(mesh));
    _scene.onMeshRemovedObservable.add((mesh) => this._headOf(mesh)?.pause());
    _scene.onDisposeObservable.add(() => this._dispose());
  }

  /** @param attach what makes a head of a mesh, where the scene is not known yet */
  static Of(scene: Scene, attach: (mesh: Mesh) => void): SceneHeads {
    const { scenes } = registry();
    let found = scenes.get(scene) as SceneHeads | undefined;
    if (!found) scenes.set(scene, (found = new SceneHeads(scene, attach)));
    return found;
  }

  get size(): number {
    return this._heads.size;
  }

  add(head: SceneHead): void {
    this._heads.add(head);
  }
  remove(head: SceneHead): void {
    this._heads.delete(head);
  }

  /** Attaches whatever saved heads the scene has. */
  scan(): void {
    for (const mesh of [...this._scene.meshes]) this._found(mesh);
  }

  private _headOf(mesh: AbstractMesh): SceneHead | undefined {
    return registry().heads.get(mesh) as SceneHead | undefined;
  }

  private _found(mesh: AbstractMesh): void {
    // Babylon tells of a mesh a moment after it came: it may be gone already.
    if (mesh.isDisposed() || !this._scene.meshes.includes(mesh)) return;
    const head = this._headOf(mesh);
    if (head) head.resume();
    else if (isPlainHead(mesh)) this._attach(mesh);
  }

  /** Also those that had been taken out, which the scene does not dispose. */
  private _dispose(): void {
    for (const head of [...this._heads]) head.dispose();
    registry().scenes.delete(this._scene);
  }
}
