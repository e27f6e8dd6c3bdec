import type { InternalTexture } from '@babylonjs/core/Materials/Textures/internalTexture.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { AssetError } from '../../runtime/core/errors.js';
import { showOwnFace } from '../behaviors/faceMixer.js';
import { readGlb, writeGlb } from './glb.js';
import { faceOf, finishHeadGltf, type HeadGltf } from './headGltf.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface ExportHeadOptions {
  /** The mesh's texture as it came, a PNG: put into the file as it is. Default: read back from the GPU where need be. */
  readonly texture?: Uint8Array<ArrayBuffer>;
}

const serializerAsync = async (): Promise<typeof import('@babylonjs/serializers/glTF/2.0/index.js')> => {
  try {
    return await import('@babylonjs/serializers/glTF/2.0/index.js');
  } catch (cause) {
    throw new AssetError(
      'export/serializers',
      'exportGLBAsync: @babylonjs/serializers cannot be loaded. Run: npm install @babylonjs/serializers',
      { cause },
    );
  }
};

/**
 * A head's mesh as a binary glTF file, for engines that have none of this: its geometry, its morph targets under ARKit's
 * names with the owner's face as their weights, its texture, unlit. It stands at the origin and looks along +z.
 * Behaviours, pose and what hangs below the mesh stay out of it.
 * @throws AssetError where @babylonjs/serializers is not installed, or there is no mesh to write
 */
export async function exportHeadGLBAsync(mesh: Mesh, options: ExportHeadOptions = {}): Promise<Blob> {
  expectGiven('exportHeadGLBAsync', 'node', mesh);
  expectGiven('exportHeadGLBAsync', 'options', options);
  const { texture } = options;
  showOwnFace(mesh);
  const face = faceOf(mesh);
  const scene = mesh.getScene();
  const { GLTF2Export } = await serializerAsync();
  const restore = texture ? lendImage(mesh, texture) : () => undefined;
  try {
    const { files } = await GLTF2Export.GLBAsync(scene, 'head', {
      shouldExportNode: (node) => node === mesh,
      // The clips of a scene are for its own nodes.
      shouldExportAnimation: () => false,
    });
    const file = files['head.glb'] as Blob;
    const glb = readGlb(new Uint8Array(await file.arrayBuffer()));
    finishHeadGltf(glb.json as HeadGltf, face, !scene.useRightHandedSystem);
    return new Blob([writeGlb(glb)], { type: 'model/gltf-binary' });
  } finally {
    restore();
  }
}

/** The serializer takes a texture's file from here, where it is; else it would ask the GPU for pixels and pack them anew. */
function lendImage(mesh: Mesh, png: Uint8Array<ArrayBuffer>): () => void {
  const textures = mesh.material?.getActiveTextures() ?? [];
  const internal = textures.length === 1 ? textures[0]!.getInternalTexture() : null;
  if (!internal || internal.invertY) return () => undefined;
  const holder = internal as { -readonly [K in keyof InternalTexture]: InternalTexture[K] };
  const before = holder._buffer;
  holder._buffer = png;
  return () => {
    holder._buffer = before;
  };
}
