import '@babylonjs/loaders/glTF/index.js';
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';
import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Controls } from '../../samples/game/controls.js';
import { Crowd } from '../../samples/game/crowd.js';
import type { Friends } from '../../samples/game/friends.js';
import { Game } from '../../samples/game/game.js';
import { speeds, Walker, type Bodies } from '../../samples/game/walker.js';
import { edge } from '../../samples/game/world.js';
import { alice, useStage } from '../plugin/node/stage.js';

const stage = useStage();
const tick = 0.1;

let bodies: Bodies;
beforeEach(async () => {
  stage.engine.getDeltaTime = () => 1000 * tick;
  const file = new Uint8Array(readFileSync('assets/avatar/woman.glb'));
  const woman = await LoadAssetContainerAsync(file, stage.scene, { pluginExtension: '.glb' });
  bodies = { man: woman, woman };
});

const walkerNamed = (name: string): Walker => new Walker(name, stage.scene, bodies, 'woman');

test('others look at who comes near, and the nearest turns, speaks with moving lips, waves and smiles, once', async () => {
  const others = ['one', 'two'].map(walkerNamed) as [Walker, Walker];
  for (const [i, other] of others.entries()) await other.wearAsync(await alice(stage.scene), i);
  const guest = walkerNamed('guest');
  await guest.wearAsync(await alice(stage.scene), 7);
  const said: string[] = [];
  const crowd = new Crowd(others, (line) => said.push(line));
  const pass = (seconds: number, each?: () => void): void => {
    for (let i = 0; i < Math.round(seconds / tick); i++) {
      crowd.advance(tick, [guest]);
      stage.scene.render();
      each?.();
    }
  };
  const yaws = (): number[] => others.map(({ head }) => head!.pose.yaw);

  guest.node.position.set(0, 0, -2);
  pass(1);
  for (const yaw of yaws()) expect(Math.abs(yaw)).toBeLessThan(0.1);
  // They face the middle: what is at +x is on their left.
  guest.node.position.set(2, 0, 1.5);
  pass(2);
  for (const yaw of yaws()) expect(yaw).toBeGreaterThan(0.15);
  guest.node.position.set(-2, 0, 1.5);
  pass(2);
  for (const yaw of yaws()) expect(yaw).toBeLessThan(-0.15);
  expect([said, others.map(({ gesturing }) => gesturing)]).toEqual([[], [null, null]]);

  // 1.6 m from the second, 2.3 m from the first.
  guest.node.position.set(0.6, 0, 2.6);
  const jaws: number[] = [];
  pass(1, () => jaws.push(others[1].head!.expression.jawOpen!));
  expect(said).toEqual(['What a fine head you have on your shoulders.']);
  expect(others.map(({ gesturing }) => gesturing)).toEqual([null, 'wave']);
  pass(6, () => jaws.push(others[1].head!.expression.jawOpen!));
  expect(Math.max(...jaws)).toBeGreaterThan(0.15);
  expect(jaws.at(-1)).toBeLessThan(0.02);
  expect(others[1].head!.expression.mouthSmileLeft).toBeGreaterThan(0.2);
  expect(others[0].head!.expression.mouthSmileLeft).toBeLessThan(0.05);
  const { x, z } = others[1].node.position;
  const towards = Math.atan2(0.6 - x, 2.6 - z);
  expect(Math.cos(others[1].heading - towards)).toBeGreaterThan(0.999);
  // The line is taken away, and does not come again at once.
  expect(said.slice(1)).toEqual(['']);
});

test('the camera comes after whoever walks, and nobody walks through others or off the place', () => {
  const { scene } = stage;
  const camera = new ArcRotateCamera('follows', -Math.PI / 2, 1.4, 3, new Vector3(0, 1.38, 0), scene);
  const [me, other] = [walkerNamed('me'), walkerNamed('other')];
  const wish = { right: 0, ahead: 0, run: false, look: 0 };
  const game = new Game({
    ...{ world: { scene, camera }, me, others: [other], onLine: () => undefined },
    crowd: new Crowd([other], () => undefined),
    friends: { walkers: [], advance: () => undefined } as unknown as Friends,
    controls: { wish: () => wish } as unknown as Controls,
  });
  const pass = (seconds: number, each?: () => void): void => {
    for (let i = 0; i < Math.round(seconds / tick); i++) {
      game.advance(tick);
      camera.getViewMatrix(true);
      each?.();
    }
  };
  wish.ahead = 1;
  pass(2);
  const { position } = me.node;
  expect(position.z).toBeGreaterThan(1.8 * speeds.walk);
  const late = position.z - camera.target.z;
  expect(late).toBeGreaterThan(0);
  expect(late).toBeLessThan(0.5);
  // The other stands in the way, at 4.2 m.
  let nearest = Infinity;
  pass(2, () => (nearest = Math.min(nearest, Vector3.Distance(position, other.node.position))));
  expect(nearest).toBeCloseTo(0.6, 1);
  wish.ahead = -1;
  wish.run = true;
  // The camera stands behind, wherever it is turned.
  pass(12, () => expect(Math.hypot(position.x, position.z)).toBeLessThan(edge + 1e-6));
  wish.ahead = 0;
  pass(2);
  expect(me.speed).toBe(0);
  expect(Vector3.Distance(camera.target, position.add(new Vector3(0, 1.38, 0)))).toBeLessThan(0.01);
});
