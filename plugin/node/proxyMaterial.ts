import { Color3 } from '@babylonjs/core/Maths/math.color.pure.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.pure.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import { ShaderUniforms } from '../image/shaderUniforms.js';
import type { Lease, SharedCache } from '../loading/sharedCache.js';
import { proxyKey } from './proxyKey.js';

/** Baked light and colours: the texture, unlit. Not saved: it is the same for all heads of a proxy. */
function textureOf(scene: Scene, proxy: HeadProxy): Texture {
  const name = `personalizedHead.${proxyKey(proxy)}`;
  const texture = new Texture(
    `data:${name}`,
    scene,
    false,
    false,
    Texture.TRILINEAR_SAMPLINGMODE,
    null,
    null,
    proxy.texture.slice(),
    true,
    undefined,
    'image/png',
  );
  texture.name = name;
  return texture;
}

/** The material a head's mesh is drawn with where its image is not; while the image shows, it draws nothing. */
export class ProxyMaterial {
  readonly material: StandardMaterial;
  private readonly _texture: Lease<Texture>;
  private readonly _uniforms: ShaderUniforms;

  /** @param textures those of the scene, by proxy */
  constructor(mesh: Mesh, proxy: HeadProxy, textures: SharedCache<Texture>) {
    const scene = mesh.getScene();
    const material = new StandardMaterial(`${mesh.name} proxy`, scene);
    material.disableLighting = true;
    material.emissiveColor = Color3.Black();
    material.specularColor = Color3.Black();
    material.doNotSerialize = true;
    this.material = material;
    this._uniforms = new ShaderUniforms(material);
    // Asynchronous, so that an engine that cannot read pictures is no end of the head.
    this._texture = textures.acquire(proxyKey(proxy), async () => Promise.resolve(textureOf(scene, proxy)));
    this._texture.value.then(
      (texture) => (material.diffuseTexture = texture),
      (error: unknown) => Logger.Warn(`${mesh.name}: its mesh has no colours: ${String(error)}.`),
    );
  }

  /**
   * For as long as the mesh is drawn with it, and no longer: other passes (depth, geometry buffer, layers) look at the same
   * material, and must find a mesh that writes depth and does not glow.
   */
  beginDraw(invisible: boolean): void {
    this.material.disableColorWrite = invisible;
    this.material.disableDepthWrite = invisible;
    this.material.emissiveColor = Color3.White();
  }
  endDraw(): void {
    this.material.disableColorWrite = false;
    this.material.disableDepthWrite = false;
    this.material.emissiveColor = Color3.Black();
  }

  dispose(): void {
    this.material.dispose(false, false);
    this._uniforms.free();
    this._texture.release();
  }
}
