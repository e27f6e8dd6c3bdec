/** Where along a ray the samples lie. `'auto'`: from the ray's entry into the box to its exit. Unit: world units. */
export type RayBound = number | 'auto';

/** How the volume is sampled and composited. Names follow EG3D's `rendering_kwargs`. */
export interface RenderingConfig {
  readonly depthResolution: number;
  /** Samples of the importance pass; 0 leaves it out. */
  readonly depthResolutionImportance: number;
  readonly rayStart: RayBound;
  readonly rayEnd: RayBound;
  /** Side of the cube the planes span, world units. */
  readonly boxWarp: number;
  /** Coarse samples are uniform in 1/t instead of t. */
  readonly disparitySpaceSampling: boolean;
  readonly whiteBack: boolean;
}

/** What the super-resolution network's tensors cannot tell. */
export interface SuperresolutionConfig {
  /** Side of the feature image the first block expects, pixels. */
  readonly inputResolution: number;
  /** `different`: resize whenever the side differs (2X, 8X, 8XDC); `smaller`: only when it is smaller (4X). */
  readonly resizeWhen: 'different' | 'smaller';
  readonly antialias: boolean;
  readonly noiseMode: 'const' | 'none';
  /** Activations are clamped to +-convClamp; null: not at all. */
  readonly convClamp: number | null;
  /** Does block i double the resolution? EG3D's 2X and 4X have a first block that does not. */
  readonly upsample: readonly boolean[];
}

/** How the mapping network treats its conditioning camera. */
export interface MappingConfig {
  readonly lrMultiplier: number;
  /** Factor on the conditioning camera's 25 numbers; 0 where EG3D's `c_gen_conditioning_zero` is set. */
  readonly conditioningScale: number;
}

/** The camera a head is made for. */
export interface CameraConfig {
  /** Distance of the camera from the origin, world units. */
  readonly radius: number;
  /** Point the camera looks at, world units. */
  readonly pivot: readonly [number, number, number];
  /** Normalised focal length: focal length / image side. */
  readonly focal: number;
}

/**
 * Everything about a generator that its tensors do not say. Sizes (z, w, channels, resolutions, layers) are
 * read from the tensors and appear nowhere here.
 */
export interface GeneratorConfig {
  readonly mapping: MappingConfig;
  readonly backbone: { readonly convClamp: number | null };
  readonly decoder: { readonly lrMultiplier: number };
  /** null: the renderer's first three channels are the image. */
  readonly superresolution: SuperresolutionConfig | null;
  readonly rendering: RenderingConfig;
  /** Side of the rendered feature image, pixels. */
  readonly neuralRenderingResolution: number;
  /**
   * [3, 3, 3], row vectors: a point times the inverse of matrix p, first two components, is its place on plane p
   * (first along the width). EG3D stores xy, xz and, a known quirk, zx.
   */
  readonly planeAxes: readonly (readonly (readonly number[])[])[];
  readonly camera: CameraConfig;
  /** How the weights may be used, as the checkpoint says; empty if it does not say. */
  readonly licence: string;
}
