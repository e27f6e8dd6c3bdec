import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { Execution } from '../runtime/execution/execution.js';
import type { HeadLoadingOptions } from './loading/loadingOptions.js';

/** What is kept of heads between calls. The values belong to those who put them in, and nobody else reads them. */
export interface Registry {
  readonly heads: WeakMap<AbstractMesh, object>;
  readonly scenes: WeakMap<Scene, object>;
  readonly files: WeakMap<AbstractEngine, object>;
  /** What every head is loaded with unless it says otherwise. */
  defaults: HeadLoadingOptions;
  /**
   * Morph targets are saved with their positions. The Editor's plugin asks for it while a project is saved, whose export
   * would fail for lack of them where the plugin is not installed.
   */
  savePositions?: boolean;
  /**
   * Reads files where `fetch` cannot: Babylon's Editor is a page of Electron, whose `fetch` reads no project folder.
   * @returns null where the address is somebody else's
   */
  readFile?: ((url: string) => Promise<Uint8Array<ArrayBuffer>> | null) | undefined;
  /** Runs the networks of heads that WebGL 2 draws, where ONNX Runtime is no module of the page: in Babylon's Editor. */
  networks?: (() => Promise<Execution>) | undefined;
  /** Copies of Babylon that know heads, by their Mesh class. */
  readonly registered: WeakSet<object>;
}

/** The number grows when the objects of two copies of this package cannot be mixed any more. */
const key = Symbol.for('babylon-personalized-head/1');

/**
 * The one registry of a page. It hangs on `globalThis`, because Babylon's Editor runs a second copy of this module
 * beside a project's own, and both must see the same heads.
 */
export function registry(): Registry {
  const shared = globalThis as unknown as Record<symbol, Registry | undefined>;
  return (shared[key] ??= {
    heads: new WeakMap(),
    scenes: new WeakMap(),
    files: new WeakMap(),
    defaults: {},
    registered: new WeakSet(),
  });
}
