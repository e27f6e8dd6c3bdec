import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { AssetError } from '../../runtime/core/errors.js';
import { arkitNameOf } from '../arkitNames.js';

/** What is touched of a glTF document that Babylon's serializer has written; glTF 2.0 has the rest. */
export interface HeadGltf {
  readonly nodes?: GltfNode[];
  readonly meshes?: GltfMesh[];
  readonly materials?: GltfMaterial[];
}

interface GltfMaterial {
  emissiveFactor?: readonly number[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  pbrMetallicRoughness?: { baseColorFactor?: readonly number[]; roughnessFactor?: number };
}

interface GltfNode {
  readonly mesh?: number;
  translation?: readonly number[];
  rotation?: readonly number[];
  scale?: readonly number[];
}

interface GltfMesh {
  readonly primitives: readonly { readonly targets?: readonly unknown[] }[];
  weights?: readonly number[];
  extras?: { targetNames?: readonly string[] };
}

/** Half a turn about y. */
const aboutFace = [0, 1, 0, 0] as const;

/** What a head's owner sees in its mesh, at the moment of asking. */
export interface HeadFace {
  readonly names: readonly string[];
  readonly weights: readonly number[];
}

export function faceOf({ morphTargetManager: manager }: Mesh): HeadFace {
  const targets = Array.from({ length: manager?.numTargets ?? 0 }, (_, i) => manager!.getTarget(i));
  return {
    // The Editor puts the mesh's name before each.
    names: targets.map(({ name }) => arkitNameOf(name) ?? name),
    weights: targets.map(({ influence }) => influence),
  };
}

/**
 * Makes a head's document what other engines expect: the face looks along +z, as the specification has it, and stands at
 * the origin; its morph targets have ARKit's names and the weights of now.
 * @param face as it was when the export was asked for: behaviours go on while it is written
 * @throws AssetError where the serializer has not written the mesh
 */
export function finishHeadGltf(gltf: HeadGltf, face: HeadFace, leftHanded: boolean): void {
  const node = gltf.nodes?.find(({ mesh }) => mesh !== undefined);
  const mesh = node && gltf.meshes?.[node.mesh!];
  if (!node || !mesh || mesh.primitives.length === 0) {
    throw new AssetError('export/mesh', 'exportGLBAsync: the serializer wrote no mesh. Has the head a geometry?');
  }
  delete node.translation;
  delete node.scale;
  // In left-handed scenes faces look along -z, and the serializer's mirror leaves them so.
  if (leftHanded) node.rotation = aboutFace;
  else delete node.rotation;
  if (mesh.primitives.some(({ targets = [] }) => targets.length !== face.names.length)) {
    throw new AssetError(
      'export/targets',
      `exportGLBAsync: expected ${face.names.length} morph targets, got others. Do not change the head while it is exported.`,
    );
  }
  mesh.extras = { ...mesh.extras, targetNames: face.names };
  mesh.weights = face.weights;
  for (const material of gltf.materials ?? []) if (material.extensions?.KHR_materials_unlit) finishUnlit(material);
}

/**
 * Babylon draws unlit by an emissive colour times the texture, and its serializer halves the diffuse colour. As glTF has it,
 * the base colour alone counts; an emissive one would be a white lamp in viewers that know no unlit materials.
 */
function finishUnlit(material: GltfMaterial): void {
  const { emissiveFactor = [1, 1, 1], pbrMetallicRoughness } = material;
  const alpha = pbrMetallicRoughness?.baseColorFactor?.[3] ?? 1;
  material.pbrMetallicRoughness = {
    ...pbrMetallicRoughness,
    baseColorFactor: [...emissiveFactor, alpha],
    roughnessFactor: 1,
  };
  delete material.emissiveFactor;
}
