import { describe, expect, jest, test } from '@jest/globals';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Quaternion, Vector3, Vector4 } from '@babylonjs/core/Maths/math.vector.js';
import type { Material } from '@babylonjs/core/Materials/material.js';
import type { PBRMaterial } from '@babylonjs/core/Materials/PBR/pbrMaterial.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import {
  AttachHeadToAvatarAsync,
  FaceBehavior,
  PersonalizedHead,
  type FaceContribution,
  type PersonalizedHeadMesh,
} from '../../../plugin/index.js';
import { alice, useStage } from '../node/stage.js';
import { createFigure, mixamo, places, type Figure, type FigureOptions, type RigNames } from './figure.js';

const stage = useStage();

const readyPlayerMe: RigNames = {
  ...{
    hips: 'Hips',
    chest: 'Spine2',
    neck: 'Neck',
    head: 'Head',
    end: 'HeadTop_End',
    leftArm: 'LeftArm',
    rightArm: 'RightArm',
  },
  eyes: ['LeftEye', 'RightEye'],
};
const rigs: Readonly<Record<string, RigNames>> = {
  mixamo,
  readyPlayerMe,
  vrm: {
    ...{ hips: 'J_Bip_C_Hips', chest: 'J_Bip_C_UpperChest', neck: 'J_Bip_C_Neck', head: 'J_Bip_C_Head' },
    ...{ leftArm: 'J_Bip_L_UpperArm', rightArm: 'J_Bip_R_UpperArm', eyes: ['J_Adj_L_FaceEye', 'J_Adj_R_FaceEye'] },
  },
  makeHuman: {
    ...{
      hips: 'root',
      chest: 'spine01',
      neck: 'neck03',
      head: 'head',
      leftArm: 'upperarm01.L',
      rightArm: 'upperarm01.R',
    },
    eyes: ['eye.L', 'eye.R'],
  },
  rigify: {
    ...{
      hips: 'DEF-spine',
      chest: 'DEF-spine.003',
      neck: 'DEF-spine.005',
      head: 'DEF-spine.006',
      end: 'DEF-spine.006_end',
    },
    ...{ leftArm: 'DEF-upper_arm.L', rightArm: 'DEF-upper_arm.R' },
  },
  gameEngine: {
    ...{
      hips: 'pelvis',
      chest: 'spine_03',
      neck: 'neck_01',
      head: 'head',
      leftArm: 'upperarm_l',
      rightArm: 'upperarm_r',
    },
    end: 'head_end',
  },
  daz: {
    ...{ hips: 'hip', chest: 'chestUpper', neck: 'neckUpper', head: 'head' },
    ...{ leftArm: 'lShldrBend', rightArm: 'rShldrBend', eyes: ['lEye', 'rEye'] },
  },
  // Of Genesis 9.
  daz9: {
    ...{ hips: 'hip', chest: 'spine4', neck: 'neck2', head: 'head' },
    ...{ leftArm: 'l_upperarm', rightArm: 'r_upperarm', eyes: ['l_eye', 'r_eye'] },
  },
  characterCreator: {
    ...{ hips: 'CC_Base_Hip', chest: 'CC_Base_Spine02', neck: 'CC_Base_NeckTwist02', head: 'CC_Base_Head' },
    ...{ leftArm: 'CC_Base_L_Upperarm', rightArm: 'CC_Base_R_Upperarm', eyes: ['CC_Base_L_Eye', 'CC_Base_R_Eye'] },
  },
  cmu: {
    ...mixamo,
    hips: 'Hips',
    chest: 'Spine1',
    neck: 'Neck1',
    head: 'Head',
    end: 'Head_End',
    leftArm: 'LeftArm',
    rightArm: 'RightArm',
  },
};

/** Head space to world, by the mesh as it is drawn. */
const inWorld = (head: Mesh, x: number, y: number, z: number): Vector3 => {
  const mirror = head.getScene().useRightHandedSystem ? 1 : -1;
  return Vector3.TransformCoordinates(new Vector3(x, y, mirror * z), head.computeWorldMatrix(true));
};
const expectNear = (a: Vector3, b: Vector3, within = 1e-4): void => {
  expect(Vector3.Distance(a, b)).toBeLessThan(within);
};

async function attach(options: FigureOptions = {}): Promise<{ figure: Figure; head: PersonalizedHeadMesh }> {
  const figure = createFigure(stage.scene, options);
  const head = await alice(stage.scene);
  await AttachHeadToAvatarAsync(head, figure.root);
  stage.scene.render();
  return { figure, head };
}

describe('placement', () => {
  test.each(Object.entries(rigs))('%s: the head is found and stands where the avatar had its own', async (_, names) => {
    const { figure, head } = await attach({ names });
    // At rest a point of the skin is where it was bound.
    const at = (place: Vector3): Vector3 => figure.skinned(names.head, place);
    const middle = Vector3.Center(places.leftEye, places.rightEye);
    if (names.eyes) {
      expectNear(inWorld(head, 0.066, 0.005, 0.0875), at(places.leftEye), 1e-4);
      expectNear(inWorld(head, -0.066, 0.005, 0.0875), at(places.rightEye), 1e-4);
    } else {
      // By the bone: eyes of usual people are about where this figure has them.
      expectNear(inWorld(head, 0, 0.005, 0.0875), at(middle), 0.02);
      expectNear(inWorld(head, 0, -0.168, -0.117), at(places.head), 1e-4);
    }
    const ahead = inWorld(head, 0, 0, 1)
      .subtract(inWorld(head, 0, 0, 0))
      .normalize();
    expectNear(
      ahead,
      at(new Vector3(0, 0, 1))
        .subtract(at(Vector3.Zero()))
        .normalize(),
    );
  });

  test('stands there too where it was a child of the trunk before', async () => {
    const figure = createFigure(stage.scene);
    const head = await alice(stage.scene);
    head.parent = figure.bone(mixamo.chest).getTransformNode();
    head.position.set(3, 2, 1);
    await AttachHeadToAvatarAsync(head, figure.root);
    expectNear(inWorld(head, 0, -0.168, -0.117), figure.skinned(mixamo.head, places.head));
  });

  test.each([
    { rightHanded: false, linked: true, unit: 1 },
    { rightHanded: true, linked: true, unit: 1 },
    { rightHanded: false, linked: true, unit: 100 },
    { rightHanded: true, linked: false, unit: 1 },
    { rightHanded: false, linked: false, unit: 100 },
  ])('follows the skin of the bone through any movement: %p', async ({ rightHanded, ...options }) => {
    stage.scene.useRightHandedSystem = rightHanded;
    const { figure, head } = await attach({ ...options, names: readyPlayerMe });
    // In a left-handed scene a figure of bones alone is one of that scene's own: its left is on the other side.
    const points = [new Vector3(0.05, 1.62, 0.08), new Vector3(-0.07, 1.7, -0.05), new Vector3(0, 1.5, 0.1)];
    const skin = (): Vector3[] => points.map((point) => figure.skinned(readyPlayerMe.head, point));
    const toHead = head.computeWorldMatrix(true).clone().invert();
    const held = skin().map((point) => Vector3.TransformCoordinates(point, toHead));
    const size = Math.cbrt(Math.abs(head.getWorldMatrix().determinant()));
    figure.root.position.set(3, 0, -2);
    figure.root.scaling.scaleInPlace(1.7);
    figure.root.rotationQuaternion = (figure.root.rotationQuaternion ?? Quaternion.Identity()).multiply(
      Quaternion.FromEulerAngles(0, 1.1, 0),
    );
    const { hips, chest, neck, head: bone } = readyPlayerMe;
    figure.turn(hips, Vector3.Up(), 0.6);
    figure.turn(chest, Vector3.Right(), 0.5);
    figure.turn(neck, new Vector3(0.3, 0.8, -0.5).normalize(), -0.5);
    figure.turn(bone, new Vector3(-0.6, 0.5, 0.6).normalize(), 0.7);
    stage.scene.render();
    const now = held.map((point) => Vector3.TransformCoordinates(point, head.getWorldMatrix()));
    skin().forEach((point, i) => expectNear(now[i]!, point, 1e-3));
    expect(Math.cbrt(Math.abs(head.getWorldMatrix().determinant())) / size).toBeCloseTo(1.7, 3);
  });
});

test('joints of eyes that are much too near each other say nothing of the head’s size', async () => {
  // Of the bone's 0.2, VRoid's share.
  const { figure, head } = await attach({ names: readyPlayerMe, eyes: 0.4 });
  expectNear(inWorld(head, 0, -0.168, -0.117), figure.skinned(readyPlayerMe.head, places.head), 1e-4);
  expect(Math.cbrt(Math.abs(head.computeWorldMatrix(true).determinant()))).toBeCloseTo(0.2 / 0.425, 2);
});

describe('pose', () => {
  test.each([false, true])('is what neck and head do beyond the trunk; right-handed: %s', async (rightHanded) => {
    stage.scene.useRightHandedSystem = rightHanded;
    const { figure, head } = await attach();
    expect([head.pose.yaw, head.pose.pitch, head.pose.roll].every((angle) => Math.abs(angle) < 1e-4)).toBe(true);
    figure.turn(mixamo.hips, Vector3.Up(), 0.9);
    // To the figure's own left, about its own up.
    figure.turn(mixamo.neck, Vector3.Up(), 0.1);
    figure.turn(mixamo.head, Vector3.Up(), 0.3);
    stage.scene.render();
    expect(head.pose.yaw).toBeCloseTo(0.4, 4);
    expect(head.pose.pitch).toBeCloseTo(0, 4);
    figure.turn(mixamo.neck, Vector3.Right(), 0);
    figure.turn(mixamo.head, Vector3.Right(), -0.25);
    stage.scene.render();
    expect(head.pose.pitch).toBeCloseTo(0.25, 4);
    expect(head.pose.yaw).toBeCloseTo(0, 4);
  });

  test('gets what behaviours add once, whichever came first', async () => {
    class Turned extends FaceBehavior {
      readonly name = 'Turned';
      restart(): void {
        // Nothing to begin anew.
      }
      advance(): FaceContribution {
        return { pose: { yaw: 0.125 } };
      }
    }
    const figure = createFigure(stage.scene);
    const head = await alice(stage.scene);
    const [before, after] = [new Turned(), new Turned()];
    head.addBehavior(before);
    await AttachHeadToAvatarAsync(head, figure.root);
    figure.turn(mixamo.head, Vector3.Up(), 0.3);
    for (let frame = 0; frame < 5; frame++) stage.scene.render();
    expect(head.pose.yaw).toBeCloseTo(0.425, 3);
    head.removeBehavior(before);
    head.addBehavior(after);
    for (let frame = 0; frame < 5; frame++) stage.scene.render();
    expect(head.pose.yaw).toBeCloseTo(0.425, 3);
    // Drawn where the pose says in the same frame.
    figure.turn(mixamo.head, Vector3.Up(), -0.125);
    stage.scene.render();
    const ahead = inWorld(head, 0, 0, 1)
      .subtract(inWorld(head, 0, 0, 0))
      .normalize();
    expectNear(
      ahead,
      figure.skinned(mixamo.chest, new Vector3(0, 0, 1)).subtract(figure.skinned(mixamo.chest, Vector3.Zero())),
      1e-3,
    );
  });
});

describe('the avatar’s own head', () => {
  const trianglesOf = (mesh: Mesh): number => mesh.subMeshes.reduce((sum, { indexCount }) => sum + indexCount / 3, 0);

  test('is hidden by its weights, on this avatar alone, and comes back', async () => {
    const figure = createFigure(stage.scene, { names: readyPlayerMe });
    const { body } = figure;
    const teeth = new Mesh('teeth', stage.scene);
    const onlyHead = new VertexData();
    Object.assign(onlyHead, { positions: [0, 0, 0, 1, 0, 0, 0, 1, 0], indices: [0, 1, 2] });
    Object.assign(onlyHead, {
      matricesIndices: new Array<number>(12).fill(3),
      matricesWeights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
    });
    onlyHead.applyToMesh(teeth);
    Object.assign(teeth, { skeleton: figure.skeleton, parent: figure.root });
    const [hair, hat] = ['hair', 'hat'].map((name) => {
      const mesh = new Mesh(name, stage.scene);
      mesh.parent = figure.bone('Head').getTransformNode();
      return mesh;
    });
    const twin = body.clone('twin');
    twin.parent = null;
    twin.skeleton = figure.skeleton.clone('other');
    expect(twin.geometry).toBe(body.geometry);
    const all = trianglesOf(body);
    const head = await alice(stage.scene);
    const place = new Vector3(1, 2, 3);
    head.position = place.clone();
    head.pose.yaw = 0.2;
    const attachment = await AttachHeadToAvatarAsync(head, figure.root, { keep: ({ name }) => name === 'hat' });
    // The head's, its end's and both eyes'; the one that is more the neck's stays.
    expect(trianglesOf(body)).toBe(all - 4);
    expect(trianglesOf(twin)).toBe(all);
    expect([teeth, hair!, hat!].map(({ isVisible }) => isVisible)).toEqual([false, false, true]);
    expect(body.getTotalVertices()).toBe(twin.getTotalVertices());
    attachment.dispose();
    expect([body.geometry, trianglesOf(body)]).toEqual([twin.geometry, all]);
    expect([teeth.isVisible, hair!.isVisible, head.parent]).toEqual([true, true, null]);
    expectNear(head.position, place, 1e-9);
    expect(head.pose.yaw).toBeCloseTo(0.2);
    expect(stage.scene.geometries.some(({ id }) => id.includes('without head'))).toBe(false);
    attachment.dispose();
  });

  test('two avatars of one file have two people, and each ends with its own', async () => {
    const [one, two] = [createFigure(stage.scene), createFigure(stage.scene)];
    one.body.geometry!.applyToMesh(two.body);
    const all = trianglesOf(two.body);
    const [ann, bob] = [await alice(stage.scene), await alice(stage.scene)];
    await AttachHeadToAvatarAsync(ann, one.root);
    const second = await AttachHeadToAvatarAsync(bob, two.root);
    expect(one.body.geometry).toBe(two.body.geometry);
    second.dispose();
    expect([trianglesOf(one.body), trianglesOf(two.body)]).toEqual([all - 2, all]);
    one.root.dispose();
    stage.scene.render();
    expect(stage.errors).toEqual([]);
    expect(trianglesOf(two.body)).toBe(all);
  });
});

test('options make the head larger, move it, and leave the avatar’s own head and skin', async () => {
  const figure = createFigure(stage.scene, { names: readyPlayerMe });
  const { material } = figure.body;
  const head = await alice(stage.scene);
  const plain = await AttachHeadToAvatarAsync(head, figure.root);
  const unit = (): number => Vector3.Distance(inWorld(head, 0, 0, 0), inWorld(head, 1, 0, 0));
  const eyes = (): Vector3 => inWorld(head, 0, 0.005, 0.0875);
  const [size, place] = [unit(), eyes()];
  const axes = [inWorld(head, 1, 0, 0), inWorld(head, 0, 1, 0), inWorld(head, 0, 0, 1)].map((end) =>
    end.subtract(inWorld(head, 0, 0, 0)),
  );
  const triangles = figure.body.getTotalIndices();
  plain.dispose();
  const offset = new Vector3(0.01, -0.02, 0.03);
  await AttachHeadToAvatarAsync(head, figure.root, {
    ...{ scale: 1.25, offset, hideHead: false, tint: false, neckline: false, skin: [0.8, 0.6, 0.5] },
  });
  expect(unit() / size).toBeCloseTo(1.25, 4);
  // Its own left, up and ahead, in units of the larger head.
  const moved = offset.asArray().reduce((sum, part, i) => sum.add(axes[i]!.scale(1.25 * part)), place);
  expectNear(eyes(), moved);
  expect(figure.body.getTotalIndices()).toBeGreaterThan(triangles);
  expect(figure.body.material).toBe(material);
});

test('skin is multiplied to the person’s in a copy of its material, or set by a function', async () => {
  const figure = createFigure(stage.scene);
  const { body } = figure;
  const before = body.material as PBRMaterial;
  const [ann, skin] = [await alice(stage.scene), [0.8, 0.6, 0.5] as const];
  const attachment = await AttachHeadToAvatarAsync(ann, figure.root, { skin });
  const tinted = body.material as PBRMaterial;
  expect(tinted).not.toBe(before);
  // By the formula of sRGB, and Babylon's power of 2.2 is near it.
  const linear = (x: number): number => ((x + 0.055) / 1.055) ** 2.4;
  tinted.albedoColor.asArray().forEach((value, c) => expect(Math.abs(value - linear(skin[c]!))).toBeLessThan(0.02));
  attachment.dispose();
  expect(body.material).toBe(before);
  expect(before.albedoColor).toEqual(new Color3(0.5, 0.25, 0.2));
  const seen: [Material, Color3][] = [];
  await AttachHeadToAvatarAsync(ann, figure.root, {
    skin,
    tint: (material, { avatar }) => void seen.push([material, avatar]),
  });
  expect(seen.map(([, avatar]) => avatar)).toEqual([new Color3(0.5, 0.25, 0.2)]);
});

test('the neckline stays on the avatar’s neck while the head turns above it', async () => {
  const figure = createFigure(stage.scene);
  const head = await alice(stage.scene);
  const image = { neckline: new Vector4(0, 0, 0, 1), skinAsync: () => Promise.resolve(null) };
  jest.spyOn(PersonalizedHead.Of(head)!, 'image', 'get').mockReturnValue(image as unknown as PersonalizedHead['image']);
  const attachment = await AttachHeadToAvatarAsync(head, figure.root, {
    neckline: { height: -0.25, slope: 0.5, softness: 0.1 },
  });
  stage.scene.render();
  const valueAt = (x: number, y: number, z: number): number =>
    image.neckline.x * x + image.neckline.y * y + image.neckline.z * z + image.neckline.w;
  // Half way through at its height, higher behind.
  expect(valueAt(0.1, -0.25, 0)).toBeCloseTo(0.5, 4);
  expect(valueAt(0, -0.2, 0)).toBeCloseTo(1, 4);
  expect(valueAt(0, -0.2, -0.1)).toBeCloseTo(0.5, 4);
  const point = inWorld(head, 0.02, -0.22, 0.03);
  const before = valueAt(0.02, -0.22, 0.03);
  figure.turn(mixamo.head, Vector3.Right(), 0.4);
  stage.scene.render();
  const toHead = head.computeWorldMatrix(true).clone().invert();
  const now = Vector3.TransformCoordinates(point, toHead);
  expect(valueAt(now.x, now.y, -now.z)).toBeCloseTo(before, 3);
  attachment.dispose();
  expect(image.neckline.asArray()).toEqual([0, 0, 0, 1]);
});

describe('what cannot be', () => {
  const rejects = async (promise: Promise<unknown>, code: string, text: RegExp): Promise<void> => {
    await expect(promise).rejects.toMatchObject({ code, message: expect.stringMatching(text) as unknown });
  };

  test('is told, and nothing changes', async () => {
    const { scene } = stage;
    const head = await alice(scene);
    const empty = new TransformNode('empty', scene);
    await rejects(AttachHeadToAvatarAsync(head, empty), 'avatar/skin', /empty.*no mesh/);
    const chair = new Mesh('chair', scene);
    chair.parent = empty;
    await rejects(AttachHeadToAvatarAsync(head, empty), 'avatar/skin', /chair/);
    const headless = createFigure(scene, { names: { ...mixamo, head: 'Top' } });
    await rejects(AttachHeadToAvatarAsync(head, headless.root), 'avatar/bone', /mixamorig:Hips.*Top/);
    await rejects(AttachHeadToAvatarAsync(head, headless.root, { bone: 'Kopf' }), 'avatar/bone', /"Kopf"/);
    const pair = createFigure(scene);
    createFigure(scene, { names: readyPlayerMe }).root.parent = pair.root;
    await rejects(AttachHeadToAvatarAsync(head, pair.root), 'avatar/heads', /mixamorig:Head of body and Head of body/);
    const one = createFigure(scene);
    await rejects(AttachHeadToAvatarAsync(one.body as PersonalizedHeadMesh, one.root), 'avatar/head', /body/);
    expect([head.parent, head.position.length(), stage.errors]).toEqual([null, 0, []]);
    const attachment = await AttachHeadToAvatarAsync(head, headless.root, { bone: 'Top' });
    await rejects(AttachHeadToAvatarAsync(head, one.root), 'avatar/attached', /alice/);
    await rejects(AttachHeadToAvatarAsync(await alice(scene), headless.root, { bone: 'Top' }), 'avatar/taken', /Top/);
    attachment.dispose();
    await AttachHeadToAvatarAsync(head, one.root);
  });
});
