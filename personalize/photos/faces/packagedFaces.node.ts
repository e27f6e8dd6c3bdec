import { readFile } from 'node:fs/promises';
import type { ByteSource } from '../../../runtime/checkpoint/byteSource.js';
import { fileSource } from '../../../runtime/checkpoint/fileSource.node.js';
import { packagedAsset } from '../../../runtime/core/packagedAsset.node.js';
import { parseHeadShape, type HeadShape } from '../cameras/headShape.js';
import { readFaceTopology } from './faceAsset.js';
import type { FaceTopology } from './faceTopology.js';

/** What reads faces, as far as it comes with the package. */
export interface PackagedFaces {
  /** The file of the face nets, open: closed with the nets that are made of it. */
  readonly asset: ByteSource;
  readonly topology: FaceTopology;
  /** The embedded base's landmarks. */
  readonly shape: HeadShape;
}

export async function openPackagedFaces(): Promise<PackagedFaces> {
  const asset = await fileSource(packagedAsset('faces.safetensors'));
  const topology = await readFaceTopology(asset);
  const shape = parseHeadShape(await readFile(packagedAsset('base.landmarks.json'), 'utf8'), topology);
  return { asset, topology, shape };
}
