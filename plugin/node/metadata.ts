import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Node } from '@babylonjs/core/node.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { RenderQuality } from '../image/renderQuality.js';
import { isRecord } from '../../runtime/core/kindOf.js';

export const metadataKey = 'personalizedHead';
export const metadataVersion = 1;

/** Weights of a person's anchors by their number; those that are 0 are absent. */
export type LatentWeights = Record<string, number>;

/** A face to mix with: weights of a person's anchors, or a face of a bare base. */
export interface HeadLook {
  readonly latent?: Readonly<LatentWeights>;
  readonly seed?: number;
}

/**
 * All that is saved of a head beside its morph targets and pose node: `mesh.metadata.personalizedHead`. JSON, small, and
 * where the node's own members live, so that nothing needs to happen when a scene is saved.
 */
export interface HeadMetadata {
  version: number;
  /** The person's .head file; absent: the bare base. */
  url?: string;
  /** The base: its address and, once known, its hash. */
  base?: { url?: string; hash?: string };
  directionsUrl?: string;
  proxyUrl?: string;
  seed?: number;
  truncationPsi?: number;
  latent?: LatentWeights;
  latentMix?: number;
  /** Amounts of attributes (`age`); those that are 0 are absent. */
  attributes?: Record<string, number>;
  /** What `latentMix` 0 and 1 are; null: what `latent` or `seed` say. */
  looks?: [HeadLook | null, HeadLook | null];
  /** How the image is shown; absent: the defaults. */
  options?: DisplayOptions;
}

export interface DisplayOptions {
  /** false: always the mesh. */
  image?: boolean;
  renderScale?: number | 'auto';
  quality?: RenderQuality;
  tint?: [number, number, number];
  exposure?: number;
}

/** A node's `metadata` is anybody's; this looks at it without believing anything. */
function own(node: Pick<Node, 'metadata'>): Record<string, unknown> | null {
  const metadata: unknown = node.metadata;
  const value = isRecord(metadata) ? metadata[metadataKey] : undefined;
  return isRecord(value) ? value : null;
}

/** Is this node a saved head? */
export function isHead(node: Pick<Node, 'metadata'>): boolean {
  return own(node) !== null;
}

/** The class is told by its name: there may be two copies of Babylon. */
export const isPlainHead = (mesh: AbstractMesh): mesh is Mesh => mesh.getClassName() === 'Mesh' && isHead(mesh);

/** The node's metadata itself, to be read and written; null where it is no head's. */
export function headMetadata(node: Pick<Node, 'metadata'>): HeadMetadata | null {
  return own(node) as HeadMetadata | null;
}

/** Writes what a head is into its node, beside whatever else is there. */
export function setHeadMetadata(node: Pick<Node, 'metadata'>, metadata: HeadMetadata): void {
  const others: unknown = node.metadata;
  node.metadata = { ...(isRecord(others) ? others : {}), [metadataKey]: metadata };
}

/** A copy that shares nothing. */
export const copyMetadata = (metadata: HeadMetadata): HeadMetadata =>
  JSON.parse(JSON.stringify(metadata)) as HeadMetadata;

/** @throws AssetError for metadata of a later version or without any */
export function checkMetadata(name: string, { version }: HeadMetadata): void {
  if (version === metadataVersion) return;
  throw new AssetError(
    'asset/version',
    `head ${name}: expected metadata.personalizedHead of version ${metadataVersion}, got ${String(version)}. ` +
      'Use the version of this package that saved it, or load the head again from its file.',
  );
}
