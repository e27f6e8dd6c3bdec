import type { Texture } from '@babylonjs/core/Materials/Textures/texture.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { HeadLoadingOptions } from '../loading/loadingOptions.js';
import { SharedCache } from '../loading/sharedCache.js';
import { isPlainHead } from './metadata.js';
import type { PersonalizedHead } from './personalizedHead.js';
import { registry } from './registry.js';

/** The heads of a scene: finds those that come, lets those that are taken out rest, and ends with the scene. */
export class SceneHeads {
  /** Colour textures of the heads' meshes, by proxy. */
  readonly textures = new SharedCache<Texture>((texture) => texture.dispose());
  /** What heads that are found in this scene are loaded with. */
  options: HeadLoadingOptions = {};
  private readonly _heads = new Set<PersonalizedHead>();

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
    let found = scenes.get(scene);
    if (!found) scenes.set(scene, (found = new SceneHeads(scene, attach)));
    return found;
  }

  get size(): number {
    return this._heads.size;
  }

  *[Symbol.iterator](): Iterator<PersonalizedHead> {
    yield* this._heads;
  }

  add(head: PersonalizedHead): void {
    this._heads.add(head);
  }
  remove(head: PersonalizedHead): void {
    this._heads.delete(head);
  }

  /** Attaches whatever saved heads the scene has. */
  scan(): void {
    for (const mesh of [...this._scene.meshes]) this._found(mesh);
  }

  private _headOf(mesh: AbstractMesh): PersonalizedHead | undefined {
    return registry().heads.get(mesh);
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
