import { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { loadHeadFilesAsync, type GivenFiles } from '../loading/headFiles.js';
import { checkHeadOptions, expectScene, expectText } from '../loading/checkOptions.js';
import type { HeadLoadingOptions, HeadProgress } from '../loading/loadingOptions.js';
import { ProgressSum } from '../loading/progressSum.js';
import { attachHead, headsOf, makeIdUnique } from './attachHead.js';
import { fileSafe } from './ids.js';
import type { PersonalizedHeadMesh } from './members.js';
import { mergeOptions } from './mergeOptions.js';
import { metadataVersion, setHeadMetadata, type HeadMetadata } from './metadata.js';
import type { PersonalizedHead } from './personalizedHead.js';

export interface HeadCreationOptions extends Partial<HeadLoadingOptions> {
  readonly onProgress?: ((event: HeadProgress) => void) | undefined;
  readonly signal?: AbortSignal;
}

/** @internal */
export interface HeadCreation {
  readonly name: string;
  /** A person's `.head`, or a base's `.safetensors`. */
  readonly url: string;
  readonly scene: Scene;
  readonly options: HeadCreationOptions;
  readonly given?: GivenFiles;
}

/**
 * Loads a person's head, or a base's, and puts it into a scene at the origin, facing a camera at -z (at +z in
 * right-handed scenes). Settles when the next frame shows it. Sizes: a head is about half a unit tall.
 * @param url of a `.head` file or of a base (`.safetensors`)
 * @throws AssetError for files that cannot be had, are damaged or belong to different bases, and for an option that there is not;
 * ShapeError, NumericError for values of another type; the scene stays as it was
 */
export async function CreatePersonalizedHeadAsync(
  name: string,
  url: string,
  scene: Scene,
  options: HeadCreationOptions = {},
): Promise<PersonalizedHeadMesh> {
  const where = 'CreatePersonalizedHeadAsync';
  expectText(where, 'a name', name);
  expectText(where, 'the address of a .head file or a base', url);
  expectScene(where, scene);
  checkHeadOptions(where, options, ['onProgress', 'signal']);
  const { mesh, head } = await buildHeadAsync({ name, url, scene, options });
  try {
    await head.whenReadyAsync();
  } catch (error) {
    if (!mesh.isDisposed()) mesh.dispose();
    throw error;
  }
  return mesh;
}

/**
 * Makes the mesh once its files are there.
 * @param around what the mesh is made in
 * @internal
 */
export async function buildHeadAsync(
  { name, url, scene, options, given }: HeadCreation,
  around: (make: () => void) => void = (make) => make(),
): Promise<{ readonly mesh: PersonalizedHeadMesh; readonly head: PersonalizedHead }> {
  const heads = headsOf(scene);
  const { onProgress, signal: asked, ...own } = options;
  const merged = mergeOptions(heads.options, own);
  const metadata = newMetadata(url, { ...merged, image: own.image });
  const abort = new AbortController();
  const observer = scene.onDisposeObservable.addOnce(() => abort.abort());
  const signal = asked ? AbortSignal.any([asked, abort.signal]) : abort.signal;
  scene.addPendingData(abort);
  try {
    signal.throwIfAborted();
    const progress = new ProgressSum(onProgress);
    const files = await loadHeadFilesAsync(scene.getEngine(), metadata, merged, signal, progress, given);
    const made: { mesh: Mesh; head: PersonalizedHead }[] = [];
    around(() => {
      const mesh = new Mesh(name, scene);
      mesh.id = fileSafe(name);
      setHeadMetadata(mesh, metadata);
      makeIdUnique(mesh);
      const request = { options: merged, files, onProgress, ...(given ? { given } : {}) };
      made.push({ mesh, head: attachHead(mesh, request) });
    });
    const { mesh, head } = made[0]!;
    return { mesh: mesh as PersonalizedHeadMesh, head };
  } finally {
    observer.remove();
    scene.removePendingData(abort);
  }
}

/**
 * Only what differs from the defaults is saved.
 * @param options with `image` only where this head was asked for without one: what a scene or a page does without, as
 *   Babylon's Editor, must not be taken from the game that loads its scenes
 */
function newMetadata(
  url: string,
  options: Omit<HeadLoadingOptions, 'image'> & { image: boolean | undefined },
): HeadMetadata {
  const isBase = /\.safetensors([?#].*)?$/i.test(url);
  const { baseUrl, directionsUrl, proxyUrl, seed, truncationPsi, image } = options;
  const base = isBase ? url : baseUrl;
  return {
    version: metadataVersion,
    ...(isBase ? { seed: seed ?? 0 } : { url }),
    ...(base === undefined ? {} : { base: { url: base } }),
    ...(directionsUrl === undefined ? {} : { directionsUrl }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(truncationPsi === undefined ? {} : { truncationPsi }),
    ...(image === undefined ? {} : { options: { image } }),
  };
}
