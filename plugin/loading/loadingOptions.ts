import type { HeadQuality } from '../image/quality.js';

/** Where a head's files are and how it is shown. Addresses are relative to the page, as everywhere in Babylon. */
// An alias, because Babylon's options need an index signature, which interfaces do not have.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type HeadLoadingOptions = {
  /** The base that a person needs. Default: a loaded base with the person's hash, else `base.safetensors` beside the person. */
  readonly baseUrl?: string;
  /** Default: beside the base, `.directions.json` in the place of `.safetensors`. */
  readonly directionsUrl?: string;
  /** Default: beside the base, `.proxy.safetensors` in the place of `.safetensors`. */
  readonly proxyUrl?: string;
  /**
   * Folder that serves ONNX Runtime's .wasm and .mjs files, or the address of the .wasm alone as a bundler gives it, relative to
   * the page; loading progress counts its bytes. Absent: where the bundler put them; plain scripts need it.
   */
  readonly wasmPaths?: string;
  /** Put before the relative addresses that a saved head holds; default: the folder of its scene file, else the page's. */
  readonly rootUrl?: string;
  /** Where the network runs; `auto`: on the engine's device, in wasm where that device is software. */
  readonly networkOn?: 'auto' | 'webgpu' | 'wasm';
  /** false: the textured mesh is shown even where the neural image could be. */
  readonly image?: boolean;
  /** How finely the image is rendered. */
  readonly quality?: Partial<HeadQuality>;
  /** A bare base: which of its faces; default 0. */
  readonly seed?: number;
  /** A bare base: how far its faces are from the mean, 1: as drawn; default 0.7. */
  readonly truncationPsi?: number;
};

/** Bytes that have come, of how many; Babylon's progress event. */
export interface HeadProgress {
  readonly lengthComputable: boolean;
  readonly loaded: number;
  readonly total: number;
}

declare module '@babylonjs/core/Loading/sceneLoader.js' {
  // Babylon's own interface, which is named so.
  export interface SceneLoaderPluginOptions {
    /** For `.head` files and bases. */
    personalizedHead?: Partial<HeadLoadingOptions>;
  }
}
