import { BoundingInfo } from '@babylonjs/core/Culling/boundingInfo.js';
import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.pure.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.pure.js';
import { Vector3, Vector4, type Matrix } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { mirrorOf, type HeadExtent, type HeadView, type Point } from './headCamera.js';
import { highlightStencil } from './meshPasses.js';
import { QuadMaterial } from './quadMaterial.js';
import { ShaderUniforms } from './shaderUniforms.js';

/** What one camera is shown: a picture, and the view it was taken with. */
export interface ShownPicture {
  readonly color: BaseTexture;
  readonly depth: BaseTexture;
  readonly view: HeadView;
}

/** How the picture's colours and depths are written. */
export interface QuadDisplay {
  /** Multiplies the colours, display values. */
  readonly tint: Color3;
  /** Multiplies the light. */
  readonly exposure: number;
  readonly useLogarithmicDepth: boolean;
  /** Head space, see `HeadImage.neckline`. */
  readonly neckline: Vector4;
}

/** Babylon's own approximation of sRGB. */
const gamma = 2.2;

const vector = (point: Point): Vector3 => new Vector3(...point);

function quadMesh(name: string, scene: Scene, { radius }: HeadExtent): Mesh {
  const mesh = new Mesh(name, scene);
  const data = new VertexData();
  // The shader places the corners; other passes' shaders see a point.
  data.positions = new Array<number>(12).fill(0);
  data.uvs = [0, 1, 1, 1, 1, 0, 0, 0];
  data.indices = [0, 1, 2, 0, 2, 3];
  data.applyToMesh(mesh);
  // Culling and sorting go by the head's own extent.
  const corner = new Vector3(radius, radius, radius);
  mesh.setBoundingInfo(new BoundingInfo(corner.negate(), corner));
  mesh.doNotSyncBoundingInfo = true;
  mesh.isPickable = false;
  mesh.doNotSerialize = true;
  mesh.metadata = { notVisibleInGraph: true, doNotSerialize: true };
  mesh.reservedDataStore = { hidden: true };
  return mesh;
}

/**
 * The rectangle in the scene that shows a head's picture, with the head's depth in every pixel. It stands in the plane
 * that the virtual camera saw, so that from the scene camera's place it looks like the head itself. It is nobody's child:
 * a head may be cloned, saved or cast shadows without it.
 */
export class HeadQuad {
  readonly mesh: Mesh;
  private readonly _material: QuadMaterial;
  private readonly _uniforms: ShaderUniforms;
  private _owner: AbstractMesh | null = null;
  /** What the stencil's reference was before the quad is drawn with its owner's. */
  private _reference: number | null = null;

  /** @param pictureFor what a camera is shown; asked in every pass that draws the quad. null: nothing */
  constructor(
    name: string,
    private readonly _scene: Scene,
    extent: HeadExtent,
    private readonly _look: QuadDisplay,
    private readonly _pictureFor: (camera: Camera) => ShownPicture | null,
  ) {
    this._material = new QuadMaterial(`${name} picture`, _scene);
    this._uniforms = new ShaderUniforms(this._material);
    this._material.setFloat('mirror', mirrorOf(_scene.useRightHandedSystem));
    this.mesh = quadMesh(`${name} picture`, _scene, extent);
    this.mesh.material = this._material;
    this.mesh.isVisible = false;
    this.mesh.onBeforeRenderObservable.add(() => this._bind());
    this.mesh.onAfterRenderObservable.add(() => this._unbind());
  }

  /** Can it be drawn at once? Compiles its shader where it is not. */
  get isReady(): boolean {
    if (this._material.followProcessing()) {
      this.mesh.resetDrawCache();
      this._uniforms.free();
    }
    return this._material.isReadyForSubMesh(this.mesh, this.mesh.subMeshes[0]!);
  }

  /** Stands where the head stands, from now to the next call. */
  place(world: Matrix): void {
    this.mesh.freezeWorldMatrix(world.clone());
    this.mesh.getBoundingInfo().update(world);
  }

  /** Takes over what the head's mesh says about drawing. */
  follow(mesh: AbstractMesh | null): void {
    this._owner = mesh;
    if (!mesh) return;
    const { visibility, layerMask, renderingGroupId, alphaIndex, applyFog } = mesh;
    Object.assign(this.mesh, { visibility, layerMask, renderingGroupId, alphaIndex, applyFog });
  }

  /** Shaders need the textures before any camera does. */
  prepare({ color, depth }: Pick<ShownPicture, 'color' | 'depth'>): void {
    this._material.setTexture('picture', color);
    this._material.setTexture('surface', depth);
  }

  get visible(): boolean {
    return this.mesh.isVisible;
  }
  set visible(visible: boolean) {
    this.mesh.isVisible = visible;
  }

  dispose(): void {
    if (!this.mesh.isDisposed()) this.mesh.dispose();
    this._material.dispose();
    this._uniforms.free();
  }

  private _bind(): void {
    const { _scene: scene, _material: material, _look: look } = this;
    const camera = scene.activeCamera;
    const picture = camera && this._pictureFor(camera);
    material.setFloat('shown', picture ? 1 : 0);
    // Another camera, the same material: Babylon must not skip what it thinks is bound.
    scene.resetCachedMaterial();
    if (!picture) return;
    const reference = this._owner && highlightStencil(scene, this._owner);
    if (reference !== null) {
      const engine = scene.getEngine();
      this._reference = engine.getStencilFunctionReference();
      engine.setStencilFunctionReference(reference);
    }
    this.prepare(picture);
    for (const name of ['eye', 'right', 'down'] as const) material.setVector3(name, vector(picture.view[name]));
    material.setColor3('tint', look.tint.scale(Math.max(0, look.exposure) ** (1 / gamma)));
    material.setFloat('opacity', this.mesh.visibility);
    material.setVector4('neckline', look.neckline);
    const { fogEnabled, fogMode, fogStart, fogEnd, fogDensity, fogColor } = scene;
    const fogged = fogEnabled && this.mesh.applyFog;
    material.setVector4('fog', new Vector4(fogged ? fogMode : 0, fogStart, fogEnd, fogDensity));
    material.setColor3('fogColor', fogColor);
    material.setVector3('fogFrom', camera.globalPosition);
    material.setFloat('logDepth', look.useLogarithmicDepth ? 2 / Math.log2(camera.maxZ + 1) : 0);
  }
  private _unbind(): void {
    if (this._reference !== null) this._scene.getEngine().setStencilFunctionReference(this._reference);
    this._reference = null;
  }
}
