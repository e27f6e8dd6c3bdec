import { describe, expect, test } from '@jest/globals';
import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.js';
import { CreateSphereVertexData } from '@babylonjs/core/Meshes/Builders/sphereBuilder.js';
import { Space } from '@babylonjs/core/Maths/math.axis.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { ARKIT_NAMES, AssetError, NumericError, PersonalizedHead, worldFromHead } from '../../../plugin/index.js';
import { attributeNames } from '../../../plugin/node/attributes.js';
import { expectClose } from '../../harness/compare.js';
import { tinyProxy } from './files.js';
import { alice, useStage } from './stage.js';

const stage = useStage();

describe('the mesh', () => {
  test('is a plain one with ARKit’s 52 morph targets, whose ids are found again', async () => {
    const head = await alice(stage.scene);
    expect(head.getClassName()).toBe('Mesh');
    expect(head.name).toBe('alice');
    const manager = head.morphTargetManager!;
    const targets = Array.from({ length: manager.numTargets }, (_, i) => manager.getTarget(i));
    expect(targets.map(({ name }) => name)).toEqual(ARKIT_NAMES);
    for (const { id, name } of targets) expect(id).toBe(`alice.${name}`);
    for (const target of targets) expect(target.getPositions()!.length).toBe(18);
    const [jaw, rest] = [manager.getTargetByName('jawOpen')!, manager.getTargetByName('mouthClose')!];
    expect(jaw.getPositions()![10]).toBeCloseTo(-0.3);
    // What goes to the graphics card has them too.
    expect(manager.vertexCount).toBe(6);
    expect(rest.getPositions()).toEqual(head.getVerticesData(VertexBuffer.PositionKind));
    expect(head.material?.getClassName()).toBe('StandardMaterial');
  });

  test('has metadata that are small JSON with addresses as they were given', async () => {
    const head = await alice(stage.scene);
    head.latent[1] = 0.5;
    const { personalizedHead } = head.metadata as { personalizedHead: unknown };
    expect(personalizedHead).toEqual({
      version: 1,
      url: 'heads/alice.head',
      base: { hash: tinyProxy().baseHash },
      latent: { 1: 0.5 },
    });
    expect(JSON.stringify(head.metadata).length).toBeLessThan(1000);
  });

  test('is lit from nowhere, and one warning says why there is no image', async () => {
    await alice(stage.scene);
    await alice(stage.scene);
    expect(stage.warnings.filter((text) => text.includes('are shown as textured meshes'))).toHaveLength(1);
    stage.scene.render();
    expect(stage.errors).toEqual([]);
  });

  test.each([false, true])(
    'stands where the image does, its triangles outwards; right-handed: %s',
    async (rightHanded) => {
      stage.scene.useRightHandedSystem = rightHanded;
      const head = await alice(stage.scene);
      head.position.set(1, 2, 3);
      head.pose.yaw = 0.3;
      const world = head.computeWorldMatrix(true);
      const positions = head.getVerticesData(VertexBuffer.PositionKind)!;
      const { positions: inHead } = tinyProxy();
      for (let v = 0; v < 18; v += 3) {
        const placed = Vector3.TransformCoordinates(Vector3.FromArray(positions, v), world).asArray();
        const point = [inHead[v]!, inHead[v + 1]!, inHead[v + 2]!] as const;
        expectClose(placed, worldFromHead([...point], world.asArray(), rightHanded ? 1 : -1), 1e-6, 'vertex');
      }
      const sphere = CreateSphereVertexData({});
      const turning = (points: ArrayLike<number>, indices: ArrayLike<number>): number =>
        Math.sign(
          Array.from({ length: indices.length / 3 }, (_, t) => {
            const [a, b, c] = [0, 1, 2].map((i) => Vector3.FromArray(points, indices[t * 3 + i]! * 3)) as [
              Vector3,
              Vector3,
              Vector3,
            ];
            return Vector3.Dot(Vector3.Cross(b.subtract(a), c.subtract(a)), a);
          }).reduce((sum, volume) => sum + volume, 0),
        );
      expect(turning(positions, head.getIndices()!)).toBe(turning(sphere.positions!, sphere.indices!));
    },
  );
});

describe('expression', () => {
  test('is the influence of the morph target, under one name or many', async () => {
    const head = await alice(stage.scene);
    const jaw = head.morphTargetManager!.getTargetByName('jawOpen')!;
    head.expression.jawOpen = 0.25;
    expect(jaw.influence).toBe(0.25);
    jaw.influence = 0.75;
    expect(head.expression.jawOpen).toBe(0.75);
    head.smile = 0.5;
    expect([head.expression.mouthSmileLeft, head.expression.mouthSmileRight, head.smile]).toEqual([0.5, 0.5, 0.5]);
    expect(Object.keys(head.expression)).toEqual(ARKIT_NAMES);
    for (const name of ['expression', 'pose', 'latent', 'latentMix', 'attributes', 'seed', 'smile']) {
      expect(Object.keys(head)).toContain(name);
    }
    head.expression.EyeBlinkLeft = 0.3;
    head.expression.eyeBlink_R = 0.4;
    expect(head.blink).toBeCloseTo(0.35);
  });

  test('a look that is none is refused, and a seed stays one', async () => {
    const head = await alice(stage.scene);
    const looks = [null, { latent: { 1: 0.5 } }] as const;
    head.looks = looks;
    for (const wrong of [
      { seeed: 4 },
      { seed: -1 },
      { seed: '4' },
      {},
      [],
      { latent: { a: 1 } },
      { latent: { 1: NaN } },
    ]) {
      expect(() => (head.looks = [null, wrong as never])).toThrow('looks: expected null, { seed: 4 }');
    }
    expect(head.looks).toEqual(looks);
    head.seed = -1;
    expect(head.seed).toBe(0);
    head.seed = 2 ** 40;
    expect(head.seed).toBe(2 ** 32 - 1);
    // Its type is a head's too.
    const clone = head.clone('twin');
    clone.smile = 0.5;
    expect([clone.smile, head.smile]).toEqual([0.5, 0]);
  });

  test('keeps its last good value where it is set to what is no number', async () => {
    const head = await alice(stage.scene);
    const jaw = head.morphTargetManager!.getTargetByName('jawOpen')!;
    head.expression.jawOpen = 0.25;
    head.expression.jawOpen = NaN;
    jaw.influence = NaN;
    jaw.influence = Infinity;
    head.smile = NaN;
    head.pose.yaw = NaN;
    head.seed = NaN;
    expect([jaw.influence, head.smile, head.pose.yaw, head.seed]).toEqual([0.25, 0, 0, 0]);
    stage.scene.render();
  });

  test('reads numbers in texts, tells once of what a member cannot be, and changes nothing then', async () => {
    const head = await alice(stage.scene);
    Object.assign(head, { seed: '4', latentMix: '0.5', exposure: '1.5', renderScale: '2' });
    Object.assign(head.pose, { yaw: '0.25' });
    const members = (): unknown[] => [
      ...[head.seed, head.latentMix, head.exposure, head.renderScale, head.quality, head.tint],
      ...[head.pose.yaw, head.latent[1], { ...head.attributes }],
    ];
    const before = members();
    expect(before).toEqual([4, 0.5, 1.5, 2, 'auto', [1, 1, 1], 0.25, 0, {}]);
    stage.warnings.length = 0;
    const wrong = { seed: 'x', latentMix: null, exposure: NaN, renderScale: 0, quality: 'best', tint: '#fff' };
    for (let frame = 0; frame < 3; frame++) {
      Object.assign(head, wrong);
      Object.assign(head.pose, { yaw: undefined });
      Object.assign(head.latent, { 1: NaN, nose: 1 });
      Object.assign(head.attributes, { age: 'old' });
    }
    expect(members()).toEqual(before);
    const named = ['seed', 'latentMix', 'exposure', 'renderScale', 'quality', 'tint', 'pose.yaw', 'latent.1'];
    expect(stage.warnings.map((line) => /^\w+: ([\w.]+): expected .*, got .*\.$/.exec(line)?.[1])).toEqual([
      ...named,
      'latent.nose',
      'attributes.age',
    ]);
    // Degrees are taken, since a head may turn round and round, and told.
    head.pose.yaw = 45;
    expect(head.pose.yaw).toBe(45);
    expect(stage.warnings.at(-1)).toContain('pose.yaw: expected radians, got 45.');
  });

  test.each([
    ['latent', { nose: 1 }, 'head/latent'],
    ['latent', 'x', 'head/latent'],
    ['latent', null, 'head/latent'],
    ['latent', [0, NaN], 'head/number'],
    ['attributes', { age: NaN }, 'head/number'],
    ['attributes', undefined, 'head/attributes'],
    ['looks', undefined, 'head/looks'],
    ['looks', [null], 'head/looks'],
  ])('%s refuses %j at once', async (member, value, code) => {
    const head = await alice(stage.scene);
    head.latent = { 1: 0.5 };
    head.attributes = { age: 0.25 };
    const thrown: { code?: unknown } = {};
    try {
      Object.assign(head, { [member]: value });
    } catch (error) {
      thrown.code = (error as { code?: unknown }).code;
    }
    expect(thrown).toEqual({ code });
    expect([head.latent[0], head.latent[1], { ...head.attributes }]).toEqual([0, 0.5, { age: 0.25 }]);
    expect(head.looks).toEqual([null, null]);
  });

  test('setExpression takes all or nothing', async () => {
    const head = await alice(stage.scene);
    head.setExpression({ smile: 0.4, alice_jawOpen: 0.2 });
    expect([head.expression.mouthSmileRight, head.expression.jawOpen]).toEqual([0.4, 0.2]);
    expect(() => head.setExpression({ jawOpen: 1, grin: 1 })).toThrow(AssetError);
    expect(() => head.setExpression({ jawOpen: 1, grin: 1 })).toThrow(/expression grin: .*jawOpen/);
    expect(() => head.setExpression({ jawOpen: 1, smile: NaN })).toThrow(NumericError);
    expect(head.expression.jawOpen).toBe(0.2);
    head.expression.grin = 1;
    expect(head.expression.grin).toBe(0);
  });
});

describe('pose', () => {
  test.each([false, true])(
    'turns as the head’s owner says, numbers and node alike; right-handed: %s',
    async (rightHanded) => {
      stage.scene.useRightHandedSystem = rightHanded;
      const head = await alice(stage.scene);
      const mirror = rightHanded ? 1 : -1;
      // Directions of the head itself, in the space of its node.
      const turned = (x: number, y: number, z: number): Vector3 => {
        const {
          x: a,
          y: b,
          z: c,
        } = Vector3.TransformNormal(new Vector3(x, y, mirror * z), head.computeWorldMatrix(true));
        return new Vector3(a, b, mirror * c);
      };
      head.pose.yaw = 0.4;
      expect(turned(0, 0, 1).x).toBeCloseTo(Math.sin(0.4));
      head.pose.yaw = 0;
      head.pose.pitch = 0.3;
      expect(turned(0, 0, 1).y).toBeCloseTo(Math.sin(0.3));
      head.pose.pitch = 0;
      head.pose.roll = 0.2;
      expect(turned(0, 1, 0).x).toBeCloseTo(Math.sin(0.2));
      head.pose.roll = 0;
      expect(head.computeWorldMatrix(true).isIdentity()).toBe(true);

      // The neck stays, whatever the pose; the node's forward is where the face looks.
      const neck = head.poseNode.getAbsolutePosition().clone();
      Object.assign(head.pose, { yaw: 0.5, pitch: -0.2, roll: 0.1 });
      expect([head.pose.yaw, head.pose.pitch, head.pose.roll].map((angle) => angle.toFixed(6))).toEqual([
        '0.500000',
        '-0.200000',
        '0.100000',
      ]);
      head.poseNode.computeWorldMatrix(true);
      expectClose(head.poseNode.getAbsolutePosition().asArray(), neck.asArray(), 1e-6, 'neck');
      const face = turned(0, 0, 1);
      expectClose(
        head.poseNode.getDirection(new Vector3(0, 0, 1)).asArray(),
        [face.x, face.y, mirror * face.z],
        1e-6,
        'forward',
      );
      const crown = turned(0, 1, 0);
      expectClose(head.poseNode.getDirection(Vector3.Up()).asArray(), [crown.x, crown.y, mirror * crown.z], 1e-6, 'up');

      // A gizmo writes a quaternion; the numbers follow, and can still be set.
      head.poseNode.rotationQuaternion = head.poseNode.rotation.toQuaternion();
      expect(head.pose.yaw).toBeCloseTo(0.5);
      head.pose.yaw = -0.25;
      expect([head.pose.yaw, head.pose.pitch, head.pose.roll].map((angle) => angle.toFixed(5))).toEqual([
        '-0.25000',
        '-0.20000',
        '0.10000',
      ]);
    },
  );

  test.each([false, true])('lookAt turns the face to what it is told; right-handed: %s', async (rightHanded) => {
    stage.scene.useRightHandedSystem = rightHanded;
    const head = await alice(stage.scene);
    head.position.set(0.5, 1, -2);
    head.rotation.y = 0.3;
    head.computeWorldMatrix(true);
    head.poseNode.computeWorldMatrix(true);
    const target = new Vector3(1, 1.4, rightHanded ? 2 : -5);
    for (let frame = 0; frame < 2; frame++) {
      head.poseNode.lookAt(target, 0, 0, 0, Space.WORLD);
      stage.scene.render();
    }
    const mirror = rightHanded ? 1 : -1;
    const face = Vector3.TransformNormal(new Vector3(0, 0, mirror), head.getWorldMatrix());
    const wanted = target.subtract(head.poseNode.getAbsolutePosition()).normalize();
    expectClose(face.asArray(), wanted.asArray(), 1e-5, 'face');
  });

  test('what hangs on the mesh follows, and so does what hangs on the node', async () => {
    const head = await alice(stage.scene);
    const hat = head.poseNode.clone('hat', head)!;
    hat.position.set(0, 0.2, 0);
    hat.rotation.setAll(0);
    head.pose.yaw = 1;
    stage.scene.render();
    hat.computeWorldMatrix(true);
    expectClose(
      hat.getDirection(new Vector3(0, 0, -1)).asArray(),
      head.poseNode.getDirection(new Vector3(0, 0, 1)).asArray(),
      1e-6,
      'hat',
    );
  });
});

test('Babylon’s Inspector is offered sliders for what it can set', async () => {
  const head = await alice(stage.scene);
  for (const { propertyName, min, max } of head.inspectableCustomProperties) {
    const members = head as unknown as Record<string, number>;
    members[propertyName] = max!;
    expect([propertyName, members[propertyName]]).toEqual([propertyName, max]);
    members[propertyName] = min!;
  }
  expect(head.inspectableCustomProperties.map(({ propertyName }) => propertyName)).toContain('smile');
});

test('the latent is the metadata’s', async () => {
  const head = await alice(stage.scene);
  expect(Object.keys(head.latent)).toEqual(['0', '1', '2']);
  head.latent = [0, 0.25, 0];
  head.latent[2] = 0.5;
  expect({ ...head.latent }).toEqual({ 0: 0, 1: 0.25, 2: 0.5 });
  expect(PersonalizedHead.Of(head)!.look()).toEqual({ latent: { 1: 0.25, 2: 0.5 } });
  head.looks = [null, { latent: { 0: 1 } }];
  head.latentMix = 0.5;
  const { personalizedHead } = head.metadata as { personalizedHead: Record<string, unknown> };
  expect(personalizedHead).toMatchObject({
    latent: { 1: 0.25, 2: 0.5 },
    latentMix: 0.5,
    looks: [null, { latent: { 0: 1 } }],
  });
  // Whoever replaces the metadata does not take the head away.
  head.metadata = { scripts: [] };
  expect(head.latent[2]).toBe(0.5);
  expect(head.metadata).toMatchObject({ scripts: [], personalizedHead });
  expect(PersonalizedHead.Of(head)?.mesh).toBe(head);
});

test('attributes are the metadata’s, by names without dots', async () => {
  const head = await alice(stage.scene);
  expect({ ...head.attributes }).toEqual({});
  head.attributes.age = 0.5;
  head.attributes['hair.short01'] = 1;
  head.attributes.gender = NaN;
  expect({ ...head.attributes }).toEqual({ age: 0.5, hairShort01: 1 });
  expect([head.attributes.hairShort01, head.attributes.gender, head.attributes.weight]).toEqual([1, 0, 0]);
  const { personalizedHead } = head.metadata as { personalizedHead: Record<string, unknown> };
  expect(personalizedHead).toMatchObject({ attributes: { age: 0.5, hairShort01: 1 } });
  head.attributes = { weight: -1 };
  expect({ ...head.attributes }).toEqual({ weight: -1 });
  expect(JSON.stringify(head.attributes)).toBe('{"weight":-1}');
  const clone = head.clone('bob');
  clone.attributes.weight = 1;
  expect([head.attributes.weight, clone.attributes.weight]).toEqual([-1, 1]);
});

test('a base’s attributes are its directions of that kind', () => {
  const vector = Float32Array.of(1);
  const direction = (name: string, kind: 'attribute' | 'expression') =>
    [name, { name, kind, range: [-1, 1] as const, vector }] as const;
  const directions = new Map([
    direction('jawOpen', 'expression'),
    direction('hair.short02Mirrored', 'attribute'),
    direction('age', 'attribute'),
  ]);
  const names = attributeNames({ base: '', byName: directions, groups: new Map(), neutral: new Map() });
  expect([...names]).toEqual([
    ['hairShort02Mirrored', 'hair.short02Mirrored'],
    ['age', 'age'],
  ]);
  expect(attributeNames(null).size).toBe(0);
});
