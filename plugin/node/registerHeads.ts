import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { EngineStore } from '@babylonjs/core/Engines/engineStore.js';
import { AddParser } from '@babylonjs/core/Loading/Plugins/babylonFileParser.function.js';
import { RegisterSceneLoaderPlugin, SceneLoader } from '@babylonjs/core/Loading/sceneLoader.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { headFileLoaderFactory } from '../loading/headFileLoader.js';
import type { HeadLoadingOptions } from '../loading/loadingOptions.js';
import { attachHead, headsOf } from './attachHead.js';
import { mergeOptions } from './mergeOptions.js';
import { isPlainHead } from './metadata.js';
import { PersonalizedHead } from './personalizedHead.js';
import { registry } from '../registry.js';
import { checkHeadOptions, expectScene } from '../loading/checkOptions.js';

/**
 * Teaches Babylon about heads: `.head` files can be loaded, and saved heads come to life in every scene that is loaded
 * from now on. Any number of times, also from two copies of this package.
 * @param defaults what every head is loaded with unless it says otherwise, e.g. `baseUrl`, `wasmPaths`
 */
export function RegisterPersonalizedHead(defaults: Partial<HeadLoadingOptions> = {}): void {
  checkHeadOptions('RegisterPersonalizedHead', defaults);
  const shared = registry();
  shared.defaults = { ...shared.defaults, ...defaults };
  if (shared.registered.has(Mesh)) return;
  shared.registered.add(Mesh);
  RegisterSceneLoaderPlugin(headFileLoaderFactory);
  // Knows the folder of the file, and containers; is not called when single meshes are imported.
  AddParser('PersonalizedHead', (_json, scene, container, rootUrl) => {
    for (const mesh of container.meshes.length > 0 ? container.meshes : scene.meshes) {
      if (isPlainHead(mesh)) attachAt(mesh, rootUrl);
    }
  });
  parseHeads();
  // Whatever is loaded by whatever loader may bring heads: every scene listens.
  // Only the class that is no longer recommended has the observable.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  SceneLoader.OnPluginActivatedObservable.add(() => {
    for (const engine of EngineStore.Instances) listen(engine);
  });
}

/**
 * Attaches the saved heads of a scene, those it has and those that come. Needed only where they came by another way than
 * Babylon's loaders.
 * @param options what these heads are loaded with
 */
export function AttachPersonalizedHeads(scene: Scene, options: Partial<HeadLoadingOptions> = {}): void {
  expectScene('AttachPersonalizedHeads', scene);
  checkHeadOptions('AttachPersonalizedHeads', options);
  const heads = headsOf(scene);
  heads.options = { ...heads.options, ...options };
  heads.scan();
}

function attachAt(mesh: Mesh, rootUrl: string): void {
  if (PersonalizedHead.Of(mesh)) return;
  const { options } = headsOf(mesh.getScene());
  attachHead(mesh, { options: mergeOptions({ rootUrl }, options) });
}

function listen(engine: AbstractEngine): void {
  for (const scene of engine.scenes) headsOf(scene);
}

const parsesHeads = Symbol.for('babylon-personalized-head/parses');

/**
 * Animations may be started as soon as a mesh is imported, and need its members then; Babylon tells of new meshes only
 * later, and nobody but this function of its own is told the file's folder.
 */
function parseHeads(): void {
  if (Reflect.get(Reflect.get(Mesh, 'Parse') as object, parsesHeads)) return;
  const parse = Mesh.Parse.bind(Mesh);
  const parseHead: typeof parse = (parsed: unknown, scene, rootUrl) => {
    const mesh = parse(parsed, scene, rootUrl);
    if (isPlainHead(mesh)) attachAt(mesh, rootUrl);
    return mesh;
  };
  Mesh.Parse = Object.assign(parseHead, { [parsesHeads]: true });
}
