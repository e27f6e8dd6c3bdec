import { BoundingInfo } from '@babylonjs/core/Culling/boundingInfo.js';
import { Constants } from '@babylonjs/core/Engines/constants.js';
import { ShaderLanguage } from '@babylonjs/core/Materials/shaderLanguage.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.pure.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { GpuImage } from '../../runtime/render/gpu/gpuRenderer.js';
import { shaderSources } from '../../runtime/render/shaders.generated.js';
import { mirrorOf, type HeadExtent, type HeadView, type Point } from './headCamera.js';
import { sharedBuffer } from './sharedBuffer.js';

const corners = [-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0];
const vector = (point: Point): Vector3 => new Vector3(...point);

function quadMaterial(node: TransformNode): ShaderMaterial {
  const material = new ShaderMaterial(
    `${node.name} picture`,
    node.getScene(),
    {
      vertexSource: shaderSources['plugin/headVertex']!,
      fragmentSource: shaderSources['plugin/headFragment']!,
    },
    {
      attributes: ['position'],
      uniforms: ['world', 'viewProjection', 'right', 'down', 'mirror', 'eye', 'side'],
      storageBuffers: ['features', 'surface'],
      shaderLanguage: ShaderLanguage.WGSL,
      needAlphaBlending: true,
    },
  );
  material.alphaMode = Constants.ALPHA_PREMULTIPLIED;
  material.backFaceCulling = false;
  // What is drawn later and stands behind the head (glass, particles) is hidden by it too.
  material.forceDepthWrite = true;
  material.doNotSerialize = true;
  return material;
}

function quadMesh(node: TransformNode, { radius }: HeadExtent): Mesh {
  const mesh = new Mesh(`${node.name} picture`, node.getScene());
  const data = new VertexData();
  data.positions = corners;
  data.indices = [0, 1, 2, 0, 2, 3];
  data.applyToMesh(mesh);
  // The shader places the corners; culling and sorting go by the head's own extent.
  const corner = new Vector3(radius, radius, radius);
  mesh.setBoundingInfo(new BoundingInfo(corner.negate(), corner));
  mesh.parent = node;
  mesh.isPickable = false;
  mesh.doNotSerialize = true;
  mesh.metadata = { notVisibleInGraph: true, doNotSerialize: true };
  mesh.reservedDataStore = { hidden: true };
  return mesh;
}

/**
 * The rectangle in the scene that shows a head's picture, with the head's depth in every pixel. It stands in the plane
 * that the virtual camera saw, so that from the scene camera's place it looks like the head itself.
 */
export class HeadQuad {
  readonly mesh: Mesh;
  private readonly _material: ShaderMaterial;
  private _bound: GPUBuffer | null = null;

  /** @param node whose space the head stands in */
  constructor(node: TransformNode, extent: HeadExtent) {
    this._material = quadMaterial(node);
    this._material.setFloat('mirror', mirrorOf(node.getScene().useRightHandedSystem));
    this.mesh = quadMesh(node, extent);
    this.mesh.material = this._material;
    this.mesh.isVisible = false;
  }

  /** Shows a picture taken with a view. The picture's buffers must live until the next `show` or `hide`. */
  show(image: GpuImage, view: HeadView): void {
    const material = this._material;
    if (this._bound !== image.features) {
      material.setStorageBuffer('features', sharedBuffer(image.features));
      material.setStorageBuffer('surface', sharedBuffer(image.surface));
      this._bound = image.features;
    }
    material.setFloat('side', image.resolution);
    for (const name of ['eye', 'right', 'down'] as const) material.setVector3(name, vector(view[name]));
    this.mesh.isVisible = true;
  }

  hide(): void {
    this.mesh.isVisible = false;
  }

  dispose(): void {
    if (!this.mesh.isDisposed()) this.mesh.dispose();
    this._material.dispose();
  }
}
