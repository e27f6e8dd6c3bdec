import '@babylonjs/loaders/glTF/index.js';
import { Extension, NodeIO } from '@gltf-transform/core';
import { validateBytes } from 'gltf-validator';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { encode } from 'fast-png';
import { ARKIT_NAMES } from '../../../plugin/arkitNames.js';
import { BlinkBehavior } from '../../../plugin/behaviors/blinkBehavior.js';
import { exportHeadGLBAsync } from '../../../plugin/export/exportHead.js';
import { readGlb, writeGlb } from '../../../plugin/export/glb.js';
import { createMorphMesh, createStage, type Stage } from '../behaviors/stage.js';

/** The one extension that a head's file has; a library of them all is not needed for it. */
class Unlit extends Extension {
  static override readonly EXTENSION_NAME = 'KHR_materials_unlit';
  override readonly extensionName = Unlit.EXTENSION_NAME;
  override read(): this {
    return this;
  }
  override write(): this {
    return this;
  }
}

/** What is looked at of a glTF document. */
interface Gltf {
  readonly asset: { readonly version: string };
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly meshes: readonly {
    readonly primitives: readonly {
      readonly attributes: Readonly<Record<string, number>>;
      readonly indices: number;
      readonly targets: readonly Readonly<Record<string, number>>[];
    }[];
    readonly weights: readonly number[];
    readonly extras: { readonly targetNames: readonly string[] };
  }[];
  readonly materials: readonly Readonly<Record<string, unknown>>[];
  readonly images: readonly { readonly mimeType: string; readonly bufferView: number }[];
  readonly accessors: readonly { readonly bufferView: number; readonly byteOffset?: number; readonly count: number }[];
  readonly bufferViews: readonly { readonly byteOffset?: number; readonly byteLength: number }[];
}

const png = new Uint8Array(encode({ width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 255, 0), channels: 3 }));

let stage: Stage;
afterEach(() => stage.dispose());

function createHead({
  rightHanded = false,
  names = ARKIT_NAMES,
}: { readonly rightHanded?: boolean; readonly names?: readonly string[] } = {}): Mesh {
  stage = createStage({ rightHanded });
  const mesh = createMorphMesh(stage.scene, 'alice', names);
  const material = new StandardMaterial('alice proxy', stage.scene);
  material.disableLighting = true;
  material.emissiveColor = Color3.White();
  // As heads make it: named like an address that nothing can be fetched from.
  material.diffuseTexture = new Texture(
    'data:alice',
    stage.scene,
    false,
    false,
    undefined,
    null,
    null,
    png,
    true,
    undefined,
    'image/png',
  );
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  mesh.material = material;
  mesh.position.set(3, 2, 1);
  mesh.rotation.y = 1;
  mesh.scaling.setAll(25);
  createMorphMesh(stage.scene, 'bystander').parent = mesh;
  return mesh;
}

async function exported(
  mesh: Mesh,
): Promise<{ readonly gltf: Gltf; readonly binary: Uint8Array; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const blob = await exportHeadGLBAsync(mesh, { texture: png });
  expect(blob.type).toBe('model/gltf-binary');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const { json, binary } = readGlb(bytes);
  return { gltf: json as Gltf, binary, bytes };
}

const part = ({ gltf, binary }: Awaited<ReturnType<typeof exported>>, view: number): Uint8Array<ArrayBuffer> => {
  const { byteOffset = 0, byteLength } = gltf.bufferViews[view]!;
  return new Uint8Array(binary.slice(byteOffset, byteOffset + byteLength));
};

describe('a GLB of a head', () => {
  test('is read by another importer than Babylon’s, and has nothing that Khronos’ validator objects to', async () => {
    const head = createHead();
    head.morphTargetManager!.getTarget(17).influence = 0.5;
    const { bytes } = await exported(head);
    const document = await new NodeIO().registerExtensions([Unlit]).readBinary(bytes);
    const [mesh] = document.getRoot().listMeshes();
    const [primitive] = mesh!.listPrimitives();
    expect(mesh!.getExtras().targetNames).toEqual(ARKIT_NAMES);
    expect(mesh!.getWeights()[17]).toBe(0.5);
    expect(primitive!.listTargets()).toHaveLength(52);
    // Displacements of the mesh as glTF has it: the head's owner's left is +x, the face looks along +z.
    const moved = primitive!.listTargets()[17]!.getAttribute('POSITION')!;
    expect(moved.getCount()).toBe(head.getTotalVertices());
    const positions = moved.getArray() as Float32Array;
    expect(Math.max(...positions.map(Math.abs))).toBeGreaterThan(0);
    const [texture] = document.getRoot().listTextures();
    expect([texture!.getMimeType(), texture!.getSize()]).toEqual(['image/png', [2, 1]]);
    expect(new Uint8Array(texture!.getImage()!)).toEqual(png);
    expect(primitive!.getMaterial()!.getBaseColorTexture()).toBe(texture);
    expect(
      document
        .getRoot()
        .listExtensionsUsed()
        .map(({ extensionName }) => extensionName),
    ).toEqual(['KHR_materials_unlit']);
    const { issues, info } = await validateBytes(bytes);
    expect([issues.numErrors, issues.numWarnings, issues.messages.filter(({ severity }) => severity < 2)]).toEqual([
      0,
      0,
      [],
    ]);
    expect(info).toMatchObject({ hasMorphTargets: true, hasTextures: true, totalVertexCount: head.getTotalVertices() });
  });

  test('holds its mesh alone, with 52 named targets, the weights of now and its own PNG', async () => {
    const head = createHead();
    head.morphTargetManager!.getTarget(17).influence = 0.5;
    const file = await exported(head);
    const { gltf } = file;
    expect(gltf.asset.version).toBe('2.0');
    expect(gltf.nodes.map(({ name }) => name)).toEqual(['alice']);
    expect(gltf.meshes).toHaveLength(1);
    const [mesh] = gltf.meshes;
    const [primitive] = mesh!.primitives;
    expect(primitive!.targets).toHaveLength(52);
    expect(mesh!.extras.targetNames).toEqual(ARKIT_NAMES);
    expect(mesh!.weights.map((weight, i) => (weight === 0 ? [] : [i, weight])).flat()).toEqual([17, 0.5]);
    expect(gltf.accessors[primitive!.attributes.POSITION!]!.count).toBe(head.getTotalVertices());
    for (const target of primitive!.targets)
      expect(gltf.accessors[target.POSITION!]!.count).toBe(head.getTotalVertices());
    expect(primitive!.attributes).toHaveProperty('TEXCOORD_0');
    expect(gltf.images).toHaveLength(1);
    expect(part(file, gltf.images[0]!.bufferView)).toEqual(png);
    expect(gltf.materials[0]).toMatchObject({
      extensions: { KHR_materials_unlit: {} },
      pbrMetallicRoughness: { baseColorTexture: {}, baseColorFactor: [1, 1, 1, 1], roughnessFactor: 1 },
    });
    expect(gltf.materials[0]).not.toHaveProperty('emissiveFactor');
  });

  test.each([false, true])(
    'stands at the origin and looks along +z, from a right-handed scene: %s',
    async (rightHanded) => {
      const head = createHead({ rightHanded });
      const { gltf, bytes } = await exported(head);
      expect(gltf.nodes[0]).not.toHaveProperty('translation');
      expect(gltf.nodes[0]).not.toHaveProperty('scale');
      // Read back into a right-handed scene, where glTF's axes are Babylon's.
      const target = createStage({ rightHanded: true });
      try {
        const container = await LoadAssetContainerAsync(bytes, target.scene, { pluginExtension: '.glb' });
        const mesh = container.meshes.find(({ morphTargetManager }) => morphTargetManager) as Mesh;
        mesh.computeWorldMatrix(true);
        mesh.bakeCurrentTransformIntoVertices();
        const [before, after] = [head.getVerticesData('position')!, mesh.getVerticesData('position')!];
        // Head space: x to the head's own left, z ahead.
        const ahead = rightHanded ? 1 : -1;
        const points = (data: ArrayLike<number>, z: number): string[] =>
          Array.from({ length: data.length / 3 }, (_, i) =>
            [data[3 * i]!, data[3 * i + 1]!, z * data[3 * i + 2]!].map((value) => (value + 0).toFixed(3)).join(),
          ).sort();
        expect(points(after, 1)).toEqual(points(before, ahead));
      } finally {
        target.dispose();
      }
    },
  );

  test('is a head again in another scene', async () => {
    const head = createHead();
    head.morphTargetManager!.getTarget(3).influence = 0.25;
    const { bytes } = await exported(head);
    const target = createStage();
    try {
      const container = await LoadAssetContainerAsync(bytes, target.scene, { pluginExtension: '.glb' });
      const mesh = container.meshes.find(({ morphTargetManager }) => morphTargetManager)!;
      const manager = mesh.morphTargetManager!;
      expect(Array.from({ length: manager.numTargets }, (_, i) => manager.getTarget(i).name)).toEqual(ARKIT_NAMES);
      expect(manager.getTargetByName('eyeLookOutLeft')!.influence).toBe(0.25);
      expect(mesh.getTotalVertices()).toBe(head.getTotalVertices());
      expect(mesh.material!.getActiveTextures()).toHaveLength(1);
      const offset = manager.getTarget(51).getPositions()![1]! - mesh.getVerticesData('position')![1]!;
      expect(offset).toBeCloseTo(0.52, 5);
    } finally {
      target.dispose();
    }
  });

  test('has ARKit’s names where the mesh spells them otherwise', async () => {
    const { gltf } = await exported(createHead({ names: ['alice_jawOpen', 'EyeBlink_L', 'wink'] }));
    expect(gltf.meshes[0]!.extras.targetNames).toEqual(['jawOpen', 'eyeBlinkLeft', 'wink']);
  });

  test('shows the owner’s face, not a blink that is under way', async () => {
    const head = createHead();
    const blink = new BlinkBehavior();
    head.addBehavior(blink);
    blink.blink();
    stage.run(0.1);
    expect(head.morphTargetManager!.getTargetByName('eyeBlinkLeft')!.influence).toBeGreaterThan(0.9);
    const writing = exported(head);
    stage.step(0.01);
    const { gltf } = await writing;
    expect(gltf.meshes[0]!.weights.every((weight) => weight === 0)).toBe(true);
  });

  test('leaves the scene as it was', async () => {
    const head = createHead();
    const { scene } = stage;
    // Babylon's own for meshes without one, made when first asked for.
    expect(scene.defaultMaterial).toBeDefined();
    const count = (): number[] => [
      scene.meshes.length,
      scene.materials.length,
      scene.textures.length,
      scene.transformNodes.length,
    ];
    const before = count();
    const texture = head.material!.getActiveTextures()[0]!.getInternalTexture()!;
    const buffer = texture._buffer;
    await exported(head);
    expect(count()).toEqual(before);
    expect(texture._buffer).toBe(buffer);
    expect(head.position.asArray()).toEqual([3, 2, 1]);
  });

  test('is refused for a mesh without a geometry', async () => {
    const head = createHead();
    head.geometry!.releaseForMesh(head, false);
    await expect(exportHeadGLBAsync(head)).rejects.toThrow('the serializer wrote no mesh');
  });
});

describe('the container', () => {
  beforeAll(() => {
    stage = createStage();
  });
  test('comes back as it was written', () => {
    for (const length of [0, 1, 4, 7]) {
      const glb = {
        json: { asset: { version: '2.0' }, text: 'é'.repeat(length) },
        binary: new Uint8Array(length).fill(7),
      };
      const { json, binary } = readGlb(writeGlb(glb));
      expect(json).toEqual(glb.json);
      expect(binary.slice(0, length)).toEqual(glb.binary);
      expect(binary.length % 4).toBe(0);
    }
  });
  test.each([
    ['nothing', new Uint8Array(0)],
    ['a picture', png],
    ['zeros', new Uint8Array(40)],
  ])('is not %s', (_what, bytes) => expect(() => readGlb(bytes)).toThrow('expected a binary glTF file'));
});
