import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { DeviceError, HeadError } from '../../runtime/core/errors.js';
import { canDrawImages, isExplained } from '../image/engineDevice.js';
import { loadHeadFilesAsync, orAborted, type GivenFiles, type HeadFiles } from '../loading/headFiles.js';
import type { HeadLoadingOptions, HeadProgress } from '../loading/loadingOptions.js';
import { ProgressSum } from '../loading/progressSum.js';
import { tellOnce } from '../tellOnce.js';
import { checkMetadata, type HeadMetadata } from './metadata.js';
import { openImageAsync, type OpenedImage } from './openImage.js';

/** What a head is made from. */
export interface HeadLoadRequest {
  readonly options: HeadLoadingOptions;
  /** Files that are loaded; the head releases them. Absent: they are loaded from the addresses in the metadata. */
  readonly files?: HeadFiles;
  readonly given?: GivenFiles;
  /** What a clone is drawn with until it has its own. */
  readonly borrowedMaterial?: Mesh['material'];
  readonly onProgress?: ((event: HeadProgress) => void) | undefined;
}

export interface HeadLoadEvents {
  readonly onFiles: (files: HeadFiles) => void;
  /** Settles when the image's first face is on its way to the next frame. */
  readonly onImage: (opened: OpenedImage) => Promise<void>;
  readonly onReady: () => void;
  /** Nobody waits for what failed. */
  readonly onError: (error: Error) => void;
}

/** Faces of a bare base are tamed so far unless its options say otherwise. */
const defaultPsi = 0.7;

/** Brings a head's files and image in, and takes them out again when its mesh leaves the scene. */
export class HeadLoad {
  opened: OpenedImage | null = null;
  ready = false;
  private _files: HeadFiles | null;
  private _running: AbortController | null = null;
  private _disposed = false;
  private _waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  private _error: Error | null = null;

  constructor(
    private readonly _mesh: Mesh,
    private readonly _request: HeadLoadRequest,
    private readonly _events: HeadLoadEvents,
  ) {
    this._files = _request.files ?? null;
  }

  get loading(): boolean {
    return this._running !== null;
  }

  /** Anchors of the person, without an image too. */
  get anchorCount(): number {
    return this._files?.person?.tensors.get('anchors')?.dims[0] ?? 0;
  }

  whenReadyAsync(): Promise<void> {
    if (this._error) return Promise.reject(this._error);
    if (this.ready) return Promise.resolve();
    if (this._disposed) return Promise.reject(gone(this._mesh));
    return new Promise((resolve, reject) => this._waiting.push({ resolve, reject }));
  }

  resume(metadata: HeadMetadata): void {
    if (this._disposed || this._running || this.ready) return;
    const abort = new AbortController();
    this._running = abort;
    this._error = null;
    const scene = this._mesh.getScene();
    // Loading screens and scene.whenReadyAsync() wait for it.
    scene.addPendingData(abort);
    this._runAsync(metadata, abort.signal)
      .then(
        () => this._settle(abort, null),
        (error: unknown) => this._settle(abort, error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => scene.removePendingData(abort));
  }

  /** Gives up the image, but not the files of the mesh. */
  pause(): void {
    this._running?.abort();
    this._running = null;
    this.ready = false;
    this.opened?.image.dispose();
    this.opened = null;
  }

  dispose(): void {
    if (this._disposed) return;
    this._disposed = true;
    this.pause();
    this._files?.release();
    this._files = null;
    for (const { reject } of this._waiting.splice(0)) reject(gone(this._mesh));
  }

  private async _runAsync(metadata: HeadMetadata, signal: AbortSignal): Promise<void> {
    const { options, given, onProgress } = this._request;
    const engine = this._mesh.getEngine();
    checkMetadata(this._mesh.name, metadata);
    const progress = new ProgressSum(onProgress);
    let files = this._files;
    if (!files) {
      files = await loadHeadFilesAsync(engine, metadata, options, signal, progress, given);
      if (signal.aborted) {
        files.release();
        signal.throwIfAborted();
      }
      this._files = files;
      this._events.onFiles(files);
    }
    if (!wantsImage(this._mesh, metadata, options)) return;
    try {
      await this._showAsync(files, metadata, signal, progress);
    } catch (error) {
      // Where it was aborted, another run may have begun.
      signal.throwIfAborted();
      this.opened?.image.dispose();
      this.opened = null;
      // A device that cannot is no reason to have no head.
      if (!(error instanceof DeviceError)) throw error;
      Logger.Warn(`${this._mesh.name}: shown as a textured mesh. ${error.message}`);
    }
  }

  private async _showAsync(
    files: HeadFiles,
    metadata: HeadMetadata,
    signal: AbortSignal,
    progress: ProgressSum,
  ): Promise<void> {
    const { options, given } = this._request;
    const truncationPsi = metadata.truncationPsi ?? options.truncationPsi ?? defaultPsi;
    const settings = { ...options, truncationPsi };
    const opened = await openImageAsync(this._mesh, files, settings, signal, progress, given?.base);
    if (signal.aborted) {
      opened.image.dispose();
      signal.throwIfAborted();
    }
    this.opened = opened;
    await orAborted(this._events.onImage(opened), signal);
  }

  private _settle(run: AbortController, error: Error | null): void {
    // Paused, disposed, or begun anew.
    if (this._running !== run) return;
    this._running = null;
    this.ready = error === null;
    this._error = error;
    const waiting = this._waiting.splice(0);
    if (error) {
      this._events.onError(error);
      for (const { reject } of waiting) reject(error);
      return;
    }
    this._events.onReady();
    for (const { resolve } of waiting) resolve();
  }
}

function gone(mesh: Mesh): HeadError {
  return new HeadError('head/disposed', `head ${mesh.name}: expected a head that stays, got disposed. Load it again.`);
}

/** Is the neural image asked for, and can this engine show it? */
function wantsImage(mesh: Mesh, metadata: HeadMetadata, options: HeadLoadingOptions): boolean {
  if (!(metadata.options?.image ?? options.image ?? true)) return false;
  const engine = mesh.getEngine();
  if (canDrawImages(engine)) return true;
  if (!isExplained(engine)) {
    tellOnce(
      engine,
      `Personalized heads are shown as textured meshes: their neural image needs WebGPU, or WebGL 2 that draws ` +
        `floating-point numbers, got ${engine.description}. Create the engine with createHeadEngineAsync.`,
    );
  }
  return false;
}
