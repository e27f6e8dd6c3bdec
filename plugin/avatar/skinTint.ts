import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.pure.js';
import type { Material } from '@babylonjs/core/Materials/material.pure.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.pure.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.pure.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.pure.js';
import { upperMedian } from '../../runtime/core/median.js';
import { skinPoints } from '../image/skinColor.js';
import { mirrorOf } from '../image/headCamera.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { PersonalizedHead } from '../node/personalizedHead.js';
import type { AvatarRig } from './avatarRig.js';
import { headShares, skinOf } from './skinWeights.js';

/** Sets one material of an avatar, a copy of its own that is given back later, to the person's skin. */
export type SkinTint = (material: Material, change: SkinChange) => void;

export interface SkinChange {
  /** The person's skin and the avatar's, linear light. */
  readonly person: Color3;
  readonly avatar: Color3;
  /** person / avatar, kept within 1/4 and 4. */
  readonly factor: Color3;
}

/** Materials by these names are skin and little else (Ready Player Me's `Wolf3D_Body`, VRM's `Body_00_SKIN`). */
const skinName = /skin|body/i;
const otherName = /cloth|shirt|dress|suit|hair|armou?r|outfit/i;
const mostChange = 4;

/** What PBR and standard materials have in common under different names. */
interface Painted {
  albedoColor?: Color3;
  albedoTexture?: BaseTexture | null;
  diffuseColor?: Color3;
  diffuseTexture?: BaseTexture | null;
}
const painted = (material: Material): Painted => material as unknown as Painted;

type Rgb = readonly [number, number, number];

/** Settles when a texture has its pixels, or will never have them. */
function loadedAsync(texture: BaseTexture): Promise<void> {
  const internal = texture.getInternalTexture();
  if (!internal || internal.isReady) return Promise.resolve();
  return new Promise((resolve) => {
    internal.onLoadedObservable.addOnce(() => resolve());
    internal.onErrorObservable.addOnce(() => resolve());
  });
}

/** Median of a texture at some of a mesh's vertices, display values; null where its pixels cannot be had. */
async function textureColor(
  texture: BaseTexture,
  uvs: ArrayLike<number>,
  vertices: readonly number[],
): Promise<Rgb | null> {
  await loadedAsync(texture);
  if (!texture.isReady()) return null;
  const pixels = (await texture.readPixels()) as Uint8Array | Float32Array | null;
  const { width, height } = texture.getSize();
  if (!pixels || pixels.length < width * height * 4 || vertices.length === 0) return null;
  const most = pixels instanceof Float32Array ? 1 : 255;
  const wrap = (x: number): number => x - Math.floor(x);
  const at = (v: number): number => {
    const x = Math.min(width - 1, Math.floor(wrap(uvs[2 * v]!) * width));
    const y = Math.min(height - 1, Math.floor(wrap(uvs[2 * v + 1]!) * height));
    return 4 * (y * width + x);
  };
  const channel = (c: number): number => upperMedian(vertices.map((v) => pixels[at(v) + c]! / most));
  return [channel(0), channel(1), channel(2)];
}

/** Vertices of the neck, where the avatar's skin meets the head's; where there are none, of the head; of hands alone, all. */
function neckVertices(mesh: AbstractMesh, { head, necks }: AvatarRig): number[] {
  const skin = skinOf(mesh);
  if (!skin) return [];
  const ofHead = headShares(mesh, skin, head);
  const all = necks[0] ? headShares(mesh, skin, necks.at(-1)!) : ofHead;
  if (!all || !ofHead) return [];
  const vertices = (found: (v: number) => boolean): number[] => [...all.keys()].filter(found);
  const neck = vertices((v) => all[v]! > 0.5 && ofHead[v]! < 0.5);
  const found = neck.length > 0 ? neck : vertices((v) => ofHead[v]! > 0.5);
  return found.length > 0 ? found : vertices(() => true);
}

/** The avatar's own skin, linear light. */
async function avatarSkin(mesh: AbstractMesh, material: Material, rig: AvatarRig): Promise<Color3> {
  const { albedoColor, albedoTexture, diffuseColor, diffuseTexture } = painted(material);
  const texture = albedoTexture ?? diffuseTexture;
  const uvs = mesh.getVerticesData(VertexBuffer.UVKind);
  // Linear already, as glTF has them.
  const colors = mesh.getVerticesData(VertexBuffer.ColorKind);
  const step = colors && colors.length / mesh.getTotalVertices();
  const vertices = (texture && uvs) || colors ? neckVertices(mesh, rig) : [];
  const rgb = texture && uvs ? await textureColor(texture, uvs, vertices).catch(() => null) : null;
  const vertexColor = (c: number): number => upperMedian(vertices.map((v) => colors![v * step! + c]!));
  const own =
    colors && vertices.length > 0 ? new Color3(vertexColor(0), vertexColor(1), vertexColor(2)) : Color3.White();
  const painting = rgb ? Color3.FromArray(rgb).toLinearSpace() : Color3.White();
  return painting.multiply(own).multiply(albedoColor ?? diffuseColor?.toLinearSpace() ?? Color3.White());
}

/** Multiplies a material's colour; its texture stays. */
export function tintMaterial(material: Material, { factor }: SkinChange): void {
  const found = painted(material);
  if (found.albedoColor) found.albedoColor = found.albedoColor.multiply(factor);
  else if (found.diffuseColor) found.diffuseColor = found.diffuseColor.toLinearSpace().multiply(factor).toGammaSpace();
}

const isSkin = (material: Material): boolean => skinName.test(material.name) && !otherName.test(material.name);

/** The person's skin: from the planes of the neural image, else from the texture of the mesh that stands in for it. */
export async function personSkin(head: PersonalizedHeadMesh): Promise<Rgb | null> {
  const measured = await PersonalizedHead.Of(head)?.image?.skinAsync();
  if (measured) return measured;
  const texture = head.material && painted(head.material).diffuseTexture;
  const [uvs, positions] = [VertexBuffer.UVKind, VertexBuffer.PositionKind].map((kind) => head.getVerticesData(kind));
  if (!texture || !uvs || !positions) return null;
  const mirror = mirrorOf(head.getScene().useRightHandedSystem);
  const nearest = skinPoints.map(([x, y, z]) => {
    const distance = (v: number): number =>
      Math.hypot(positions[3 * v]! - x, positions[3 * v + 1]! - y, mirror * positions[3 * v + 2]! - z);
    let best = 0;
    for (let v = 1; v < positions.length / 3; v++) if (distance(v) < distance(best)) best = v;
    return best;
  });
  return textureColor(texture, uvs, nearest).catch(() => null);
}

/** Gives the avatar's materials back. */
export type RestoreTint = () => void;

/**
 * Brings an avatar's skin to a person's. Its materials are copied, so that other avatars keep theirs.
 * @param skin of the person, display values
 */
export async function tintAvatar(rig: AvatarRig, skin: Rgb, tint: SkinTint): Promise<RestoreTint> {
  const person = Color3.FromArray([...skin]).toLinearSpace();
  const copies = new Map<Material, Material>();
  const restores: (() => void)[] = [];
  for (const mesh of rig.skinned) {
    const { material } = mesh;
    if (!material || !mesh.isVisible || !isSkin(material)) continue;
    let copy = copies.get(material);
    if (!copy) {
      const avatar = await avatarSkin(mesh, material, rig);
      const ratio = (a: number, b: number): number =>
        Math.min(mostChange, Math.max(1 / mostChange, a / Math.max(b, 1e-3)));
      const factor = new Color3(ratio(person.r, avatar.r), ratio(person.g, avatar.g), ratio(person.b, avatar.b));
      copy = material.clone(`${material.name} of ${rig.root.name}`) ?? undefined;
      if (!copy) continue;
      tint(copy, { person, avatar, factor });
      copies.set(material, copy);
    }
    const mine = copy;
    mesh.material = mine;
    restores.push(() => {
      if (!mesh.isDisposed() && mesh.material === mine) mesh.material = material;
    });
  }
  return () => {
    restores.splice(0).forEach((restore) => restore());
    for (const copy of copies.values()) copy.dispose();
  };
}
